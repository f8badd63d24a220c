/**
 * The exchanges and queues in RabbitMQ: their names, arguments and bindings, and their declaration,
 * inspection and deletion.
 *
 * <p>The entry points are {@link dev.chatmultischema.amqp.topology.MessageTopology}, which defines
 * them, and {@link dev.chatmultischema.amqp.topology.TenantQueues}, which declares, inspects and
 * deletes them for other packages. The thread {@code rabbitmq-topology} keeps their connection
 * open; methods block until the broker responds.
 */
package dev.chatmultischema.amqp.topology;
