/**
 * Publishing with publisher confirms, without a waiting thread for each message.
 *
 * <p>The entry point is {@link dev.chatmultischema.amqp.publish.ConfirmingPublisher}. It publishes
 * through {@link dev.chatmultischema.amqp.publish.PublisherConnections}, whose thread {@code
 * rabbitmq-publisher} keeps two connections open. The calling threads add publications to a {@link
 * dev.chatmultischema.amqp.publish.PublisherChannel}; the thread {@code publish-sender} or {@code
 * publish-bulk-sender} of the connection's {@link dev.chatmultischema.amqp.publish.GroupSender}
 * sends them in groups; the client's reader thread handles confirms and returned messages. The
 * threads {@code publish-responses} complete the futures, {@code publish-deadlines} fails those
 * whose confirm is missing, and {@code publish-redeclaring} redeclares missing queues.
 */
package dev.chatmultischema.amqp.publish;
