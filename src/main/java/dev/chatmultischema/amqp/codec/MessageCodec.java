package dev.chatmultischema.amqp.codec;

import com.github.f4b6a3.uuid.UuidCreator;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import dev.chatmultischema.amqp.connection.ContentHeaderFrames;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.logging.RequestTrace;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.InvalidContent;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Encodes and decodes messages in AMQP: the content is the body; id, sender and times are
 * properties and headers.
 *
 * <p>Properties and headers are optional on decoding, since other producers may publish to a
 * tenant's queue. Values of the wrong type or range count as absent.
 */
public final class MessageCodec {

  static final String CONTENT_TYPE = "application/json";
  static final int PERSISTENT = 2;

  public static final String SENDER = "x-chat-sender";

  /**
   * The time of acceptance, in milliseconds since 1970: the property {@code timestamp} has seconds.
   */
  public static final String ACCEPTED_AT = "x-chat-accepted-at";

  /** The id of the request that brought the message. */
  static final String REQUEST_ID = "x-chat-request-id";

  /** Its position in a trace (W3C Trace Context); other AMQP producers use this name as well. */
  static final String TRACEPARENT = "traceparent";

  /** The number of failed attempts; RabbitMQ ignores {@code x-death} headers from clients. */
  public static final String ATTEMPTS = "x-chat-attempts";

  /** Headers that a broker writes or acts on: counts of deliveries, and further routing keys. */
  private static final Set<String> BROKER_HEADERS =
      Set.of("x-death", "x-delivery-count", "x-acquired-count", "CC", "BCC");

  /** The bound of the count: more than any number of retries, and far below an integer overflow. */
  private static final long MAX_ATTEMPTS = 1_000_000;

  private static final int MAX_HEADER_DEPTH = 20;

  private static final Duration CLOCK_SKEW = Duration.ofDays(1);

  private MessageCodec() {}

  /**
   * Encodes an accepted message for the tenant's queue.
   *
   * @param trace the request that brought it
   */
  public static OutboundMessage encode(
      TenantId tenant, Draft draft, RequestTrace trace, SenderHeaders senders) {
    var body = draft.content().json().getBytes(StandardCharsets.UTF_8);
    var headers = new HashMap<String, Object>(8);
    headers.put(ACCEPTED_AT, draft.createdAt().toEpochMilli());
    senders.add(headers, tenant, draft, body);
    if (trace.requestId() != null) {
      headers.put(REQUEST_ID, trace.requestId());
    }
    if (trace.traceparent() != null) {
      headers.put(TRACEPARENT, trace.traceparent());
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
        MessageTopology.DEFAULT_EXCHANGE, MessageTopology.queue(tenant), properties, body);
  }

  /**
   * Decodes the content of a delivery.
   *
   * @throws InvalidContent if the content can never be stored
   * @throws UnreadableHeaders if the headers were replaced, so that the sender is unknown
   */
  public static Content content(Delivery delivery) throws InvalidContent, UnreadableHeaders {
    if (Boolean.TRUE.equals(header(delivery.properties(), ContentHeaderFrames.UNREADABLE))) {
      throw new UnreadableHeaders();
    }
    return Content.parse(delivery.body());
  }

  /**
   * Returns the id under which a message is stored once: its message id, a UUIDv5 of a message id
   * that is no UUID, or a new UUIDv7 if there is none.
   */
  public static UUID messageId(AMQP.BasicProperties properties) {
    var id = properties.getMessageId();
    if (id == null || id.isEmpty()) {
      return UuidCreator.getTimeOrderedEpochPlus1();
    }
    return uuid(id).orElseGet(() -> UuidCreator.getNameBasedSha1(id));
  }

  /** Returns the sending user that a producer names, or null; {@link SenderHeaders} verifies it. */
  static UUID namedSender(AMQP.BasicProperties properties) {
    return uuid(header(properties, SENDER)).orElse(null);
  }

  /** Returns the request that brought a message, as its producer says. */
  public static RequestTrace trace(AMQP.BasicProperties properties) {
    return RequestTrace.parse(
        text(header(properties, REQUEST_ID)), text(header(properties, TRACEPARENT)));
  }

  private static Optional<UUID> uuid(Object value) {
    var text = text(value);
    return text == null ? Optional.empty() : StrictUuid.parse(text);
  }

  /** Returns null for other types, which may be tables nested too deep for toString(). */
  private static String text(Object value) {
    return value instanceof String || value instanceof LongString ? value.toString() : null;
  }

  /**
   * Returns the time of acceptance: the header, else the property {@code timestamp}, else now. A
   * time before 1970 or more than a day ahead counts as absent.
   */
  public static Instant acceptedAt(AMQP.BasicProperties properties) {
    long now = System.currentTimeMillis();
    long claimed = now;
    if (header(properties, ACCEPTED_AT) instanceof Long millis) {
      claimed = millis;
    } else if (properties.getTimestamp() != null) {
      claimed = properties.getTimestamp().getTime();
    }
    boolean isPlausible = claimed >= 0 && claimed <= now + CLOCK_SKEW.toMillis();
    return Instant.ofEpochMilli(isPlausible ? claimed : now);
  }

  /**
   * Returns the headers to republish: without those that brokers write or act on, and without those
   * nested deeper than {@value #MAX_HEADER_DEPTH} levels, which other clients may refuse to read.
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
   * Returns the properties to republish a message with: persistent, without properties that would
   * make the broker drop, refuse or copy it, and with an id, by which a basic.return is assigned.
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
        .replyTo(isDirectReplyTo(properties.getReplyTo()) ? null : properties.getReplyTo())
        .headers(headers);
  }

  private static boolean deeperThan(int depth, Object value) {
    Collection<?> inner =
        value instanceof Map<?, ?> table
            ? table.values()
            : value instanceof Collection<?> array ? array : List.of();
    return depth == 0 || inner.stream().anyMatch(each -> deeperThan(depth - 1, each));
  }

  /** RabbitMQ closes a channel that publishes this address without consuming direct replies. */
  private static boolean isDirectReplyTo(String replyTo) {
    return replyTo != null && replyTo.startsWith("amq.rabbitmq.reply-to");
  }

  /** Returns a message to publish to a queue. */
  public static OutboundMessage toQueue(String queue, Delivery message) {
    return new OutboundMessage(
        MessageTopology.DEFAULT_EXCHANGE,
        queue,
        republished(message.properties(), ownHeaders(message.properties())).build(),
        message.body());
  }

  /** Returns a message to republish to the tenant's queue, with new headers. */
  public static OutboundMessage toTenantQueue(
      TenantId tenant, GetResponse message, Map<String, Object> headers) {
    return new OutboundMessage(
        MessageTopology.DEFAULT_EXCHANGE,
        MessageTopology.queue(tenant),
        republished(message.getProps(), headers).build(),
        message.getBody());
  }

  /**
   * Returns a delivery with another content, signed again as a message of its sender; attempts and
   * failures stay recorded.
   *
   * @param sender the verified sender
   */
  public static Delivery replaced(
      TenantId tenant, Delivery delivery, UUID sender, Content content, SenderHeaders senders) {
    var properties = delivery.properties();
    var draft = new Draft(messageId(properties), sender, content, acceptedAt(properties));
    var body = content.json().getBytes(StandardCharsets.UTF_8);
    var headers = ownHeaders(properties);
    headers.put(ACCEPTED_AT, draft.createdAt().toEpochMilli());
    senders.add(headers, tenant, draft, body);
    return new Delivery(delivery.tag(), properties.builder().headers(headers).build(), body);
  }

  /**
   * Returns the number of failed attempts, from 0 to {@value #MAX_ATTEMPTS}: producers can set the
   * header to anything.
   */
  public static int attempts(AMQP.BasicProperties properties) {
    return header(properties, ATTEMPTS) instanceof Number attempts
        ? (int) Math.min(MAX_ATTEMPTS, Math.max(0, attempts.longValue()))
        : 0;
  }

  /**
   * Returns a header in milliseconds since 1970, or null if it is absent, negative or more than a
   * day ahead.
   */
  public static Long pastMillis(AMQP.BasicProperties properties, String name) {
    return header(properties, name) instanceof Long millis
            && millis >= 0
            && millis <= System.currentTimeMillis() + CLOCK_SKEW.toMillis()
        ? millis
        : null;
  }

  /** Returns the value of a header, or null if it is absent. */
  public static Object header(AMQP.BasicProperties properties, String name) {
    Map<String, Object> headers = properties.getHeaders();
    return headers == null ? null : headers.get(name);
  }
}
