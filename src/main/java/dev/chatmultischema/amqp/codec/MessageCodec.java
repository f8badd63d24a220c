package dev.chatmultischema.amqp.codec;

import com.github.f4b6a3.uuid.UuidCreator;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import dev.chatmultischema.amqp.connection.ContentHeaderFrames;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.InvalidContent;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A message as AMQP carries it: the content as the body, all else in properties and headers.
 *
 * <p>A body without any of them is good too: other producers may put messages into a tenant's
 * queue.
 */
public final class MessageCodec {

  static final String CONTENT_TYPE = "application/json";
  static final int PERSISTENT = 2;

  public static final String SENDER = "x-chat-sender";

  /** Milliseconds, where the property {@code timestamp} has seconds. */
  public static final String ACCEPTED_AT = "x-chat-accepted-at";

  /** Our own count, since {@code x-death} is for the broker to write and ignored from clients. */
  public static final String ATTEMPTS = "x-chat-attempts";

  /** Counts of deliveries, deaths, and the further routing keys that the sender wished for. */
  private static final Set<String> BROKER_HEADERS =
      Set.of("x-death", "x-delivery-count", "x-acquired-count", "CC", "BCC");

  /** More than any number of retries, and far from where adding one would overflow. */
  private static final long MAX_ATTEMPTS = 1_000_000;

  private static final int MAX_HEADER_DEPTH = 20;

  private static final Duration CLOCK_SKEW = Duration.ofDays(1);

  private MessageCodec() {}

  public static OutboundMessage encode(TenantId tenant, Draft draft) {
    var headers = new HashMap<String, Object>(4);
    headers.put(ACCEPTED_AT, draft.createdAt().toEpochMilli());
    if (draft.senderId() != null) {
      headers.put(SENDER, draft.senderId().toString());
    }
    var properties =
        new AMQP.BasicProperties.Builder()
            .contentType(CONTENT_TYPE)
            .deliveryMode(PERSISTENT)
            .messageId(draft.messageId().toString())
            .timestamp(Date.from(draft.createdAt()))
            .headers(headers)
            .build();
    return new OutboundMessage(
        MessageTopology.DEFAULT_EXCHANGE,
        MessageTopology.queue(tenant),
        properties,
        draft.content().json().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads the content of a delivery.
   *
   * @throws InvalidContent if it can never be stored
   * @throws UnreadableHeaders if its headers do not say whose message it is
   */
  public static Content content(Delivery delivery) throws InvalidContent, UnreadableHeaders {
    if (Boolean.TRUE.equals(header(delivery.properties(), ContentHeaderFrames.UNREADABLE))) {
      throw new UnreadableHeaders();
    }
    return Content.parse(delivery.body());
  }

  /**
   * The id that a message is stored under once: its own, one derived from an id that is no UUID, or
   * a new one where there is none.
   */
  public static UUID messageId(AMQP.BasicProperties properties) {
    var id = properties.getMessageId();
    if (id == null || id.isEmpty()) {
      return UuidCreator.getTimeOrderedEpochPlus1();
    }
    return uuid(id).orElseGet(() -> UuidCreator.getNameBasedSha1(id));
  }

  /** The user who sent it, or null. */
  public static UUID senderId(AMQP.BasicProperties properties) {
    return uuid(header(properties, SENDER)).orElse(null);
  }

  private static Optional<UUID> uuid(Object value) {
    // Any other type is no id, and may be tables nested too deep to be printed.
    if (!(value instanceof String) && !(value instanceof LongString)) {
      return Optional.empty();
    }
    return StrictUuid.parse(value.toString());
  }

  /** When it was accepted; now, where a message says nothing believable. */
  public static Instant acceptedAt(AMQP.BasicProperties properties) {
    var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    var claimed =
        header(properties, ACCEPTED_AT) instanceof Long millis
            ? Instant.ofEpochMilli(millis)
            : Optional.ofNullable(properties.getTimestamp()).map(Date::toInstant).orElse(now);
    return claimed.isBefore(Instant.EPOCH) || claimed.isAfter(now.plus(CLOCK_SKEW)) ? now : claimed;
  }

  /**
   * A message's headers without what brokers write on its way, which is not ours to pass on, and
   * without what is nested deeper than {@value #MAX_HEADER_DEPTH} levels, which another client may
   * refuse to read.
   */
  public static Map<String, Object> ownHeaders(AMQP.BasicProperties properties) {
    var headers = new HashMap<String, Object>();
    if (properties.getHeaders() != null) {
      properties
          .getHeaders()
          .forEach(
              (name, value) -> {
                if (!deeperThan(MAX_HEADER_DEPTH, value)) {
                  headers.put(name, value);
                }
              });
    }
    headers
        .keySet()
        .removeIf(
            name ->
                BROKER_HEADERS.contains(name)
                    || name.startsWith("x-first-death-")
                    || name.startsWith("x-last-death-"));
    return headers;
  }

  /**
   * A message's properties to publish it once more: persistent, without what would make the broker
   * drop, refuse or copy it, and with an id, so that whatever becomes of it can be told of it.
   */
  static AMQP.BasicProperties.Builder republished(
      AMQP.BasicProperties properties, Map<String, Object> headers) {
    var id = properties.getMessageId();
    return properties
        .builder()
        .messageId(id == null || id.isEmpty() ? messageId(properties).toString() : id)
        .deliveryMode(PERSISTENT)
        .expiration(null)
        .userId(null)
        .replyTo(direct(properties.getReplyTo()) ? null : properties.getReplyTo())
        .headers(headers);
  }

  private static boolean deeperThan(int depth, Object value) {
    Collection<?> inner =
        value instanceof Map<?, ?> table
            ? table.values()
            : value instanceof Collection<?> array ? array : List.of();
    return depth == 0 || inner.stream().anyMatch(each -> deeperThan(depth - 1, each));
  }

  /** RabbitMQ closes the channel of who publishes this without consuming direct replies. */
  private static boolean direct(String replyTo) {
    return replyTo != null && replyTo.startsWith("amq.rabbitmq.reply-to");
  }

  /** The same message with these headers, on its way to the tenant's queue again. */
  public static OutboundMessage toTenantQueue(
      TenantId tenant, GetResponse message, Map<String, Object> headers) {
    return new OutboundMessage(
        MessageTopology.DEFAULT_EXCHANGE,
        MessageTopology.queue(tenant),
        republished(message.getProps(), headers).build(),
        message.getBody());
  }

  /**
   * How often storing it has failed, from 0 to {@value #MAX_ATTEMPTS}: any producer can write
   * anything into the header.
   */
  public static int attempts(AMQP.BasicProperties properties) {
    return header(properties, ATTEMPTS) instanceof Number attempts
        ? (int) Math.min(MAX_ATTEMPTS, Math.max(0, attempts.longValue()))
        : 0;
  }

  /** A time that one of our nodes may have written, in milliseconds; else null. */
  public static Long pastMillis(AMQP.BasicProperties properties, String name) {
    return header(properties, name) instanceof Long millis
            && millis >= 0
            && millis <= System.currentTimeMillis() + CLOCK_SKEW.toMillis()
        ? millis
        : null;
  }

  public static Object header(AMQP.BasicProperties properties, String name) {
    Map<String, Object> headers = properties.getHeaders();
    return headers == null ? null : headers.get(name);
  }
}
