package dev.chatmultischema.amqp.codec;

import com.rabbitmq.client.AMQP;

/** A message with the way that it is to take, published mandatory and persistent. */
public record OutboundMessage(
    String exchange, String routingKey, AMQP.BasicProperties properties, byte[] body) {}
