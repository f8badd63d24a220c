package dev.chatmultischema.amqp;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/** What RabbitMQ keeps a queue in ({@code x-queue-type}). */
public enum QueueType {
  /** One copy, on one node of the broker. */
  @JsonProperty("classic")
  CLASSIC(Map.of(), Map.of()),
  /** Copies on several nodes; messages that expire are moved on with confirms as well. */
  @JsonProperty("quorum")
  QUORUM(
      Map.of("x-queue-type", "quorum"),
      Map.of("x-dead-letter-strategy", "at-least-once", "x-overflow", "reject-publish"));

  private final Map<String, Object> arguments;
  private final Map<String, Object> expiryArguments;

  QueueType(Map<String, Object> arguments, Map<String, Object> expiryArguments) {
    this.arguments = arguments;
    this.expiryArguments = expiryArguments;
  }

  /** Arguments of every queue. */
  Map<String, Object> arguments() {
    return arguments;
  }

  /** Further arguments of a queue whose messages expire into an exchange. */
  Map<String, Object> expiryArguments() {
    return expiryArguments;
  }
}
