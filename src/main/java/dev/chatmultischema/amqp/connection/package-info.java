/**
 * Connections to RabbitMQ that are reopened after a loss.
 *
 * <p>The entry point is {@link dev.chatmultischema.amqp.connection.SupervisedConnection}, which
 * publishing and consuming share. {@link dev.chatmultischema.amqp.connection.RabbitEndpoint} opens
 * the client's connections, each with a reader thread {@code rabbitmq-N} of the client that also
 * calls confirm, return, shutdown and blocked listeners; consumers are called on the threads {@code
 * rabbitmq-dispatch-N}. Listeners and consumers must not block. {@link
 * dev.chatmultischema.amqp.connection.ContentHeaderFrames} protects connections from headers that
 * the client cannot parse.
 */
package dev.chatmultischema.amqp.connection;
