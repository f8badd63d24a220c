/**
 * The HTTP edge of streams: {@code GET /messages/stream} and {@code POST /messages/stream/tickets}.
 *
 * <p>{@link dev.chatmultischema.api.stream.StreamEndpoints} registers both. They run on the request
 * threads of the server; an opened stream leaves them for {@code stream.delivery}.
 */
package dev.chatmultischema.api.stream;
