/**
 * Delivery of frames to subscribers, each an open connection.
 *
 * <p>A {@link dev.chatmultischema.stream.delivery.Subscriber} is served by one {@link
 * dev.chatmultischema.stream.delivery.EventLoop} of the {@link
 * dev.chatmultischema.stream.delivery.EventLoopGroup}: a thread {@code stream-event-loop-N}, which
 * never blocks. {@link dev.chatmultischema.stream.delivery.ReplayReader} reads history from
 * PostgreSQL on the threads {@code stream-reader-N}. Jetty's threads report events of a connection,
 * and only queue tasks.
 */
package dev.chatmultischema.stream.delivery;
