package dev.chatmultischema.amqp.codec;

import com.rabbitmq.client.AMQP;

/** A message to publish, persistent and mandatory, and its route. */
public record OutboundMessage(
    String exchange, String routingKey, AMQP.BasicProperties properties, byte[] body) {}
