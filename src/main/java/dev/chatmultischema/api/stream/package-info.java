/**
 * The HTTP edge of streams: {@code GET /messages/stream} and {@code POST /messages/stream/tickets}.
 *
 * <p>{@link dev.chatmultischema.api.stream.StreamEndpoints} registers both. They run on the request
 * threads of the server; the event loops of {@code stream.delivery} write to the opened streams.
 */
package dev.chatmultischema.api.stream;
