/**
 * Consumers of tenants' queues, each on a channel of its own.
 *
 * <p>The entry point is {@link dev.chatmultischema.amqp.consume.ConsumerConnections}, which opens
 * connections on demand and starts a {@link dev.chatmultischema.amqp.consume.QueueConsumer} on one.
 * The package has no threads; the client calls {@link
 * dev.chatmultischema.amqp.consume.QueueConsumer.Listener} in order on its threads.
 */
package dev.chatmultischema.amqp.consume;
