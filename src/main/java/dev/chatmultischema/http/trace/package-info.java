/**
 * Ids of requests, and the request log: {@link dev.chatmultischema.http.trace.RequestIdHandler}
 * assigns the ids, which {@link dev.chatmultischema.logging.RequestTrace} validates. Runs on
 * Jetty's threads and never blocks.
 */
package dev.chatmultischema.http.trace;
