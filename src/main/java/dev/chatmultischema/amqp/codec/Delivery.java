package dev.chatmultischema.amqp.codec;

import com.rabbitmq.client.AMQP;

/**
 * A message as it came from a tenant's queue.
 *
 * @param tag names it on its subscription: 1, 2, 3 …
 */
public record Delivery(long tag, AMQP.BasicProperties properties, byte[] body) {}
