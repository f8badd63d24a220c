/**
 * Streams of messages to many clients of this node; package {@code api.stream} serves the HTTP
 * requests that open them.
 *
 * <p>{@link dev.chatmultischema.stream.StreamFactory} builds the parts; {@link
 * dev.chatmultischema.stream.StreamHub} opens and closes streams. Messages come in through {@code
 * feed}, which puts them in order, and leave through {@code delivery}, which writes them to
 * connections; {@code access} grants and limits streams. Own threads: {@code stream-grants} checks
 * grants every 3 s, {@code stream-tickets} removes expired tickets every 60 s.
 */
package dev.chatmultischema.stream;
