/**
 * The demo page under {@code /demo}: log in, choose a tenant, and read and write its messages. Its
 * files are the resources {@code demo/*}; {@link dev.chatmultischema.demo.DemoFactory} serves them,
 * on request threads.
 */
package dev.chatmultischema.demo;
