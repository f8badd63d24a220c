/**
 * The application and its configuration: {@link dev.chatmultischema.ChatApplication} is the main
 * class and builds every part in order; {@link dev.chatmultischema.ChatConfiguration} lists the
 * sections of the configuration file. Both run on the main thread.
 */
package dev.chatmultischema;
