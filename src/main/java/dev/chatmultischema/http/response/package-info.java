/**
 * Responses: {@link dev.chatmultischema.http.response.AsyncResponseHandler} queues the bytes that a
 * servlet writes and sends them as fast as the client reads, so that no thread waits for a client;
 * {@link dev.chatmultischema.http.response.PageServlet} serves static pages. Sending continues on
 * Jetty's threads.
 */
package dev.chatmultischema.http.response;
