package dev.chatmultischema.amqp.codec;

import com.rabbitmq.client.AMQP;

/**
 * A message delivered from a tenant's queue, not decoded yet.
 *
 * @param tag the delivery tag, which counts the deliveries of a consumer from 1
 */
public record Delivery(long tag, AMQP.BasicProperties properties, byte[] body) {}
