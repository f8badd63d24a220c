/**
 * The HTTP layer of both ports, independent of chat: {@link dev.chatmultischema.http.HttpFactory}
 * inserts the handlers of {@code request} (bodies are read without blocking, then a servlet runs
 * with a permit) and {@code response} (sent without blocking), within the {@code limits} on memory
 * and threads; {@code problem} maps exceptions to problem details (RFC 9457). The handlers run on
 * Jetty's threads.
 */
package dev.chatmultischema.http;
