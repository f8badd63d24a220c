/**
 * Cross-origin requests (Fetch Standard): {@link dev.chatmultischema.cors.CorsFactory} inserts a
 * handler before authentication, which runs on Jetty's threads and never blocks.
 */
package dev.chatmultischema.cors;
