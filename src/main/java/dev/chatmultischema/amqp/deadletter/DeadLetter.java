package dev.chatmultischema.amqp.deadletter;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import dev.chatmultischema.amqp.codec.FailedMessage;
import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.logging.RequestTrace;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A message read from a tenant's dead-letter queue. Components are null where the message lacks the
 * property or header, since other producers may publish to that queue too.
 *
 * @param attempts the number of failed attempts
 * @param trace the request that brought the message
 * @param size the size of the whole body, in bytes
 * @param body the beginning of the body, at most {@value #MAX_BODY} characters
 */
public record DeadLetter(
    String messageId,
    int attempts,
    Instant firstFailedAt,
    Instant lastFailedAt,
    String errorClass,
    String errorMessage,
    String node,
    RequestTrace trace,
    int size,
    String body) {

  static final int MAX_BODY = 200;

  /** The bytes of one character more than is shown, in UTF-8, which detects a longer body. */
  private static final int MAX_BODY_BYTES = 4 * (MAX_BODY + 1);

  static DeadLetter of(GetResponse message) {
    var properties = message.getProps();
    return new DeadLetter(
        properties.getMessageId(),
        MessageCodec.attempts(properties),
        time(properties, FailedMessage.FIRST_FAILED_AT),
        time(properties, FailedMessage.LAST_FAILED_AT),
        text(properties, FailedMessage.ERROR_CLASS),
        text(properties, FailedMessage.ERROR_MESSAGE),
        text(properties, FailedMessage.NODE),
        MessageCodec.trace(properties),
        message.getBody().length,
        beginning(message.getBody()));
  }

  private static Instant time(AMQP.BasicProperties properties, String header) {
    var millis = MessageCodec.pastMillis(properties, header);
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }

  private static String text(AMQP.BasicProperties properties, String header) {
    var value = MessageCodec.header(properties, header);
    return value instanceof LongString || value instanceof String
        ? FailedMessage.shortened(value.toString())
        : null;
  }

  private static String beginning(byte[] body) {
    var text = new String(body, 0, Math.min(body.length, MAX_BODY_BYTES), StandardCharsets.UTF_8);
    return text.codePointCount(0, text.length()) <= MAX_BODY
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_BODY)) + "…";
  }

  /**
   * Returns the message to republish to the tenant's queue, without its failure headers. Adds an id
   * if the message has none.
   */
  static OutboundMessage replayed(TenantId tenant, GetResponse message) {
    var headers = MessageCodec.ownHeaders(message.getProps());
    headers.keySet().removeAll(FailedMessage.FAILURE_HEADERS);
    return MessageCodec.toTenantQueue(tenant, message, headers);
  }
}
