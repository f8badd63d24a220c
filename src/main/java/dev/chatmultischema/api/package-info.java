/**
 * The HTTP API of the application port: JAX-RS resources, the bodies that they read and write, and
 * the registration of both. Entry point: {@link dev.chatmultischema.api.Api}. Resources run on the
 * request threads of Jetty and start none of their own.
 */
package dev.chatmultischema.api;
