package dev.chatmultischema.amqp.codec;

import com.google.common.base.Throwables;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import dev.chatmultischema.amqp.connection.ContentHeaderFrames;
import java.io.UnsupportedEncodingException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A message that could not be stored, with headers that describe its failures. It is republished to
 * a retry queue or the dead-letter queue, and keeps its body, id and other properties.
 *
 * @param attempts the number of failed attempts, including the last one
 */
public record FailedMessage(AMQP.BasicProperties properties, byte[] body, int attempts) {

  /** The header with the time of the first failed attempt, in milliseconds since 1970. */
  public static final String FIRST_FAILED_AT = "x-chat-first-failed-at";

  /** The header with the time of the last failed attempt, in milliseconds since 1970. */
  public static final String LAST_FAILED_AT = "x-chat-last-failed-at";

  public static final String ERROR_CLASS = "x-chat-error-class";
  public static final String ERROR_MESSAGE = "x-chat-error-message";
  public static final String NODE = "x-chat-node";

  /** The headers that a failure adds to a message. */
  public static final Set<String> FAILURE_HEADERS =
      Set.of(
          MessageCodec.ATTEMPTS,
          FIRST_FAILED_AT,
          LAST_FAILED_AT,
          ERROR_CLASS,
          ERROR_MESSAGE,
          NODE,
          ContentHeaderFrames.UNREADABLE);

  private static final int MAX_ERROR_MESSAGE = 500;

  /**
   * All headers of a message go in one frame (AMQP 0-9-1, section 4.2.6), of 128 KiB by default.
   */
  private static final int MAX_FOREIGN_HEADERS = 64 * 1024;

  /**
   * Adds the failure headers to a delivery.
   *
   * @param messageId the id under which the message is republished
   * @param node the id of the node on which the attempt failed
   */
  public static FailedMessage of(Delivery delivery, UUID messageId, Exception cause, String node) {
    int attempts = MessageCodec.attempts(delivery.properties()) + 1;
    var now = System.currentTimeMillis();
    var error = mostSpecificCause(cause);
    var headers = MessageCodec.ownHeaders(delivery.properties());
    if (size(headers) > MAX_FOREIGN_HEADERS) {
      // With the failure headers added, the message might be too large to be dead-lettered.
      headers.entrySet().removeIf(header -> !isOwnAndSmall(header.getKey(), header.getValue()));
    }
    headers.put(MessageCodec.ATTEMPTS, attempts);
    var firstFailedAt = MessageCodec.pastMillis(delivery.properties(), FIRST_FAILED_AT);
    headers.put(FIRST_FAILED_AT, firstFailedAt == null ? now : firstFailedAt);
    headers.put(LAST_FAILED_AT, now);
    headers.put(ERROR_CLASS, error.getClass().getName());
    headers.put(ERROR_MESSAGE, shortened(String.valueOf(error.getMessage())));
    headers.put(NODE, node);
    var properties =
        MessageCodec.republished(delivery.properties(), headers)
            .messageId(messageId.toString())
            .build();
    return new FailedMessage(properties, delivery.body(), attempts);
  }

  private static long size(Map<String, Object> headers) {
    try {
      return Frame.tableSize(headers);
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException("every Java platform has UTF-8", e);
    }
  }

  private static boolean isOwnAndSmall(String name, Object value) {
    var isOwn =
        FAILURE_HEADERS.contains(name)
            || name.equals(MessageCodec.SENDER)
            || name.equals(SenderHeaders.SIGNATURE)
            || name.equals(MessageCodec.ACCEPTED_AT)
            || name.equals(MessageCodec.REQUEST_ID)
            || name.equals(MessageCodec.TRACEPARENT);
    return isOwn && String.valueOf(value).length() <= MAX_ERROR_MESSAGE;
  }

  /** Returns the database's exception if there is one among the causes. */
  private static Throwable mostSpecificCause(Exception cause) {
    return Throwables.getCausalChain(cause).stream()
        .filter(SQLException.class::isInstance)
        .findFirst()
        .orElse(cause);
  }

  /** Returns the text, cut off with an ellipsis after {@value #MAX_ERROR_MESSAGE} characters. */
  public static String shortened(String text) {
    return text.length() <= MAX_ERROR_MESSAGE ? text : text.substring(0, MAX_ERROR_MESSAGE) + "…";
  }

  /** Returns the message to publish to the given exchange. */
  public OutboundMessage routedTo(String exchange, String routingKey) {
    return new OutboundMessage(exchange, routingKey, properties, body);
  }
}
