/**
 * Consumers of tenants' queues, each on a channel of its own.
 *
 * <p>The entry point is {@link dev.chatmultischema.amqp.consume.ConsumerConnections}, which opens
 * connections on demand and starts a {@link dev.chatmultischema.amqp.consume.QueueConsumer} on one.
 * Has no threads of its own; the client calls {@link
 * dev.chatmultischema.amqp.consume.QueueConsumer.Listener} on its threads, for each consumer in
 * order.
 */
package dev.chatmultischema.amqp.consume;
