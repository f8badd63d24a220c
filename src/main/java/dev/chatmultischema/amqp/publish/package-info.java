/**
 * Publishing with publisher confirms.
 *
 * <p>The entry point is {@link dev.chatmultischema.amqp.publish.ConfirmingPublisher}. It publishes
 * through {@link dev.chatmultischema.amqp.publish.PublisherConnections}, whose thread {@code
 * rabbitmq-publisher} keeps two connections open; on each {@link
 * dev.chatmultischema.amqp.publish.PublisherChannel}, the calling threads send and wait, and the
 * client's reader thread handles confirms and returned messages.
 */
package dev.chatmultischema.amqp.publish;
