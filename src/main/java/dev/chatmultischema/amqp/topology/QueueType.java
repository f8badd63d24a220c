package dev.chatmultischema.amqp.topology;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/** What RabbitMQ keeps a queue in ({@code x-queue-type}). */
public enum QueueType {
  /** One copy, on one node of the broker. */
  @JsonProperty("classic")
  CLASSIC(Map.of(), Map.of(), Map.of()),
  /**
   * Copies on several nodes; messages that expire are moved on with confirms as well.
   *
   * <p>The broker must not drop what was delivered often, which is RabbitMQ 4's default: attempts
   * are counted here, and looking at dead letters is no attempt. A limit there must be: without one
   * a message handed back goes to the end of the queue.
   */
  @JsonProperty("quorum")
  QUORUM(
      Map.of("x-queue-type", "quorum"),
      Map.of("x-delivery-limit", 1_000_000),
      Map.of("x-dead-letter-strategy", "at-least-once", "x-overflow", "reject-publish"));

  private final Map<String, Object> arguments;
  private final Map<String, Object> deliveryArguments;
  private final Map<String, Object> expiryArguments;

  QueueType(
      Map<String, Object> arguments,
      Map<String, Object> deliveryArguments,
      Map<String, Object> expiryArguments) {
    this.arguments = arguments;
    this.deliveryArguments = deliveryArguments;
    this.expiryArguments = expiryArguments;
  }

  /** Arguments of every queue. */
  Map<String, Object> arguments() {
    return arguments;
  }

  /** Further arguments of a queue that messages are taken from. */
  Map<String, Object> deliveryArguments() {
    return deliveryArguments;
  }

  /** Further arguments of a queue whose messages expire into an exchange. */
  Map<String, Object> expiryArguments() {
    return expiryArguments;
  }
}
