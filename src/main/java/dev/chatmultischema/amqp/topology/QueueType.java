package dev.chatmultischema.amqp.topology;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/** The type of a queue (RabbitMQ: {@code x-queue-type}), and the arguments that it needs. */
public enum QueueType {
  /** One copy, on one node of the broker. */
  @JsonProperty("classic")
  CLASSIC(Map.of(), Map.of(), Map.of()),
  /**
   * Copies on several nodes of the broker. Expired messages are dead-lettered with confirms.
   *
   * <p>By default, RabbitMQ 4 drops a message after 20 deliveries. The service counts attempts
   * itself, and listing dead letters is no attempt; so the limit is far out of reach. It must not
   * be absent: without a limit, RabbitMQ requeues a message at the end of the queue.
   *
   * <p>By default, the leaders of all queues would be on the node that declares them.
   */
  @JsonProperty("quorum")
  QUORUM(
      Map.of("x-queue-type", "quorum", "x-queue-leader-locator", "balanced"),
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

  /** Returns the arguments of every queue. */
  Map<String, Object> arguments() {
    return arguments;
  }

  /** Returns the further arguments of a queue that is consumed or read. */
  Map<String, Object> deliveryArguments() {
    return deliveryArguments;
  }

  /** Returns the further arguments of a queue whose messages expire into an exchange. */
  Map<String, Object> expiryArguments() {
    return expiryArguments;
  }
}
