/**
 * Messages in RabbitMQ, over AMQP 0-9-1: publishing with confirms, consuming tenants' queues, and
 * the queues themselves.
 *
 * <p>The entry point is {@link dev.chatmultischema.amqp.RabbitFactory}, the configuration section
 * {@code amqp}, which builds {@link dev.chatmultischema.amqp.Rabbit}. The sub-packages, from the
 * lowest to the highest: {@code connection} (connections that are reopened), {@code topology}
 * (exchanges and queues), {@code codec} (messages as properties and bodies), {@code publish},
 * {@code consume}, and {@code deadletter} (dead letters and unrouted messages). Their threads:
 * {@code rabbitmq-publisher}, which keeps the publishing connections open, {@code
 * rabbitmq-topology}, which keeps that for requests about queues open, {@code unrouted}, which
 * republishes unrouted messages, and those of the client. If the broker is unavailable, all methods
 * throw {@link dev.chatmultischema.message.BrokerUnavailable}.
 */
package dev.chatmultischema.amqp;
