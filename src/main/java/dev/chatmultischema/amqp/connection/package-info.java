/**
 * Connections to RabbitMQ that are reopened after a loss.
 *
 * <p>The entry point is {@link dev.chatmultischema.amqp.connection.SupervisedConnection}, which
 * publishing and consuming share. {@link dev.chatmultischema.amqp.connection.RabbitEndpoint} opens
 * the client's connections, each with two threads of the client: {@code AMQP Connection HOST:PORT}
 * reads, and calls confirm, return, shutdown and blocked listeners; {@code rabbitmq} sends
 * heartbeats. All connections of the endpoint call their consumers on the threads {@code
 * rabbitmq-dispatch-N}. Listeners and consumers must not block. {@link
 * dev.chatmultischema.amqp.connection.ContentHeaderFrames} protects connections from headers that
 * the client cannot parse.
 */
package dev.chatmultischema.amqp.connection;
