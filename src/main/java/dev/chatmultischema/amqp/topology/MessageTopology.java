package dev.chatmultischema.amqp.topology;

import com.rabbitmq.client.BuiltinExchangeType;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The name of every exchange and queue, and how they hang together.
 *
 * <pre>
 * (default exchange) ── tenant_{id}_queue ◄── chat.tenants ◄── expired ── chat_retry_{ms} ◄── chat.retry.{ms}
 *                    └─ tenant_{id}_dlq          └─ nobody's queue: chat.unrouted ── chat_unrouted
 * </pre>
 *
 * <p>A retry goes with the tenant's queue as routing key through a fanout exchange into the queue
 * of its delay, and comes back by that key. Every message of such a queue waits equally long, since
 * RabbitMQ expires from the head only; so jitter is made by three queues for each delay.
 */
public final class MessageTopology {

  public static final String DEFAULT_EXCHANGE = "";
  static final String TENANTS = "chat.tenants";
  static final String UNROUTED = "chat.unrouted";
  public static final String UNROUTED_QUEUE = "chat_unrouted";

  private static final Pattern QUEUE = Pattern.compile("tenant_([0-9a-f-]{36})_queue");
  private static final List<Double> JITTER = List.of(0.9, 1.0, 1.1);

  private final QueueType queueType;
  private final List<Long> retryDelays;

  public MessageTopology(QueueType queueType, List<Long> retryDelays) {
    this.queueType = queueType;
    this.retryDelays = List.copyOf(retryDelays);
  }

  public static String queue(TenantId tenant) {
    return "tenant_" + tenant + "_queue";
  }

  /** Whose queue it is; empty if it is no tenant's. */
  public static Optional<TenantId> tenant(String queue) {
    var name = QUEUE.matcher(queue);
    try {
      return name.matches() ? Optional.of(TenantId.fromString(name.group(1))) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public static String deadLetterQueue(TenantId tenant) {
    return "tenant_" + tenant + "_dlq";
  }

  /** How many times a message may fail and be tried again. */
  public int retries() {
    return retryDelays.size();
  }

  /** The exchange to a wait of about the length of the given retry, 0 for the first. */
  public String retryExchange(int retry) {
    var variants = variants(retryDelays.get(retry));
    return retryExchange(variants.get(ThreadLocalRandom.current().nextInt(variants.size())));
  }

  /** Every exchange to a wait. */
  public Set<String> retryExchanges() {
    return waits(retryDelays).stream()
        .map(MessageTopology::retryExchange)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String retryExchange(long millis) {
    return "chat.retry." + millis;
  }

  private static String retryQueue(long millis) {
    return "chat_retry_" + millis;
  }

  /** Every wait that there is a queue for, in milliseconds, for the given retry delays. */
  public static List<Long> waits(List<Long> retryDelays) {
    return retryDelays.stream().flatMap(delay -> variants(delay).stream()).distinct().toList();
  }

  private static List<Long> variants(long delay) {
    return JITTER.stream().map(factor -> Math.round(delay * factor)).toList();
  }

  /** Declares what all tenants share. */
  public void declareShared(TopologyDeclarer declaring) throws IOException {
    declaring.exchange(UNROUTED, BuiltinExchangeType.FANOUT, Map.of());
    declaring.queue(UNROUTED_QUEUE, deliveryArguments());
    declaring.binding(UNROUTED_QUEUE, UNROUTED, "");
    declaring.exchange(TENANTS, BuiltinExchangeType.DIRECT, Map.of("alternate-exchange", UNROUTED));
    for (long wait : waits(retryDelays)) {
      declaring.exchange(retryExchange(wait), BuiltinExchangeType.FANOUT, Map.of());
      declaring.queue(retryQueue(wait), retryArguments(wait));
      declaring.binding(retryQueue(wait), retryExchange(wait), "");
    }
  }

  private Map<String, Object> retryArguments(long wait) {
    var arguments = new HashMap<>(queueType.arguments());
    arguments.putAll(queueType.expiryArguments());
    arguments.put("x-message-ttl", wait);
    arguments.put("x-dead-letter-exchange", TENANTS);
    return arguments;
  }

  /** Declares a tenant's queue, with its way back from the retry queues, and its dead letters. */
  void declareTenant(TopologyDeclarer declaring, TenantId tenant) throws IOException {
    var arguments = deliveryArguments();
    arguments.put("x-single-active-consumer", true);
    declaring.queue(queue(tenant), arguments);
    declaring.binding(queue(tenant), TENANTS, queue(tenant));
    declaring.queue(deadLetterQueue(tenant), deliveryArguments());
  }

  private Map<String, Object> deliveryArguments() {
    var arguments = new HashMap<>(queueType.arguments());
    arguments.putAll(queueType.deliveryArguments());
    return arguments;
  }
}
