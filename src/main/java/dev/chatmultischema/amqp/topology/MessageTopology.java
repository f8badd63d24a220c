package dev.chatmultischema.amqp.topology;

import com.google.common.cache.CacheBuilder;
import com.rabbitmq.client.BuiltinExchangeType;
import dev.chatmultischema.amqp.topology.TopologyDeclarer.Declared;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names, arguments and bindings of all exchanges and queues.
 *
 * <pre>
 * (default exchange) ── tenant_{id}_queue ◄── chat.tenants ◄── expired ── chat_retry_{ms} ◄── chat.retry.{ms}
 *                    └─ tenant_{id}_dlq          └─ unroutable: chat.unrouted ── chat_unrouted
 * </pre>
 *
 * <p>A retry is published with the name of the tenant's queue as routing key to a fanout exchange
 * bound to the retry queue of its delay. When it expires there, RabbitMQ dead-letters it to {@code
 * chat.tenants}, which routes it by the same key. All messages of a retry queue have the same
 * time-to-live, since RabbitMQ expires messages at the head only; so each delay has three queues,
 * and jitter comes from the choice between them.
 */
public final class MessageTopology {

  private static final Logger LOG = LoggerFactory.getLogger(MessageTopology.class);

  /** Routes each message to the queue that its routing key names (AMQP 0-9-1, section 3.1.3.1). */
  public static final String DEFAULT_EXCHANGE = "";

  static final String TENANTS = "chat.tenants";
  static final String UNROUTED = "chat.unrouted";

  /** Holds expired retries whose tenant queue did not exist. */
  public static final String UNROUTED_QUEUE = "chat_unrouted";

  private static final Pattern QUEUE = Pattern.compile("tenant_([0-9a-f-]{36})_queue");
  private static final List<Double> JITTER = List.of(0.9, 1.0, 1.1);

  private final QueueType queueType;
  private final List<Long> retryDelays;

  /** Queues reported as declared otherwise: shared ones are redeclared every few seconds. */
  private final ConcurrentMap<String, Boolean> reportedQueues =
      CacheBuilder.newBuilder().maximumSize(10_000).<String, Boolean>build().asMap();

  /**
   * @param queueType the type of queues that are declared from now on
   * @param retryDelays the delay before each retry, in milliseconds
   */
  public MessageTopology(QueueType queueType, List<Long> retryDelays) {
    this.queueType = queueType;
    this.retryDelays = List.copyOf(retryDelays);
  }

  /** Returns the name of a tenant's queue, which is its routing key too. */
  public static String queue(TenantId tenant) {
    return "tenant_" + tenant + "_queue";
  }

  /** Returns the name of a tenant's dead-letter queue. */
  public static String deadLetterQueue(TenantId tenant) {
    return "tenant_" + tenant + "_dlq";
  }

  /** Returns the tenant that a queue belongs to, or empty if it is no tenant's queue. */
  public static Optional<TenantId> tenant(String queue) {
    var name = QUEUE.matcher(queue);
    try {
      return name.matches() ? Optional.of(TenantId.fromString(name.group(1))) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the number of retries before a message is dead-lettered. */
  public int retries() {
    return retryDelays.size();
  }

  /**
   * Returns the exchange of a retry, chosen at random among those with about its delay.
   *
   * @param retry the number of the retry, from 0 to {@link #retries} - 1
   */
  public String retryExchange(int retry) {
    var variants = variants(retryDelays.get(retry));
    return retryExchange(variants.get(ThreadLocalRandom.current().nextInt(variants.size())));
  }

  /** Returns the exchanges of all retry queues. */
  public Set<String> retryExchanges() {
    return queueDelays(retryDelays).stream()
        .map(MessageTopology::retryExchange)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String retryExchange(long millis) {
    return "chat.retry." + millis;
  }

  private static String retryQueue(long millis) {
    return "chat_retry_" + millis;
  }

  /** Returns the delays of all retry queues for the given retry delays, in milliseconds. */
  static List<Long> queueDelays(List<Long> retryDelays) {
    return retryDelays.stream().flatMap(delay -> variants(delay).stream()).distinct().toList();
  }

  private static List<Long> variants(long delay) {
    return JITTER.stream().map(factor -> Math.round(delay * factor)).toList();
  }

  /** Declares the exchanges that all tenants share. */
  public void declareExchanges(TopologyDeclarer declarer) throws IOException {
    declarer.exchange(UNROUTED, BuiltinExchangeType.FANOUT, Map.of());
    declarer.exchange(TENANTS, BuiltinExchangeType.DIRECT, Map.of("alternate-exchange", UNROUTED));
    for (long delay : queueDelays(retryDelays)) {
      declarer.exchange(retryExchange(delay), BuiltinExchangeType.FANOUT, Map.of());
    }
  }

  /**
   * Declares the exchanges and queues that all tenants share. A queue on a node of the broker that
   * is down is left out: tenants whose queues are elsewhere do without it.
   */
  public void declareShared(TopologyDeclarer declarer) throws IOException {
    declareExchanges(declarer);
    declareShared(declarer, UNROUTED_QUEUE, deliveryArguments(), UNROUTED);
    for (long delay : queueDelays(retryDelays)) {
      declareShared(declarer, retryQueue(delay), retryArguments(delay), retryExchange(delay));
    }
  }

  private void declareShared(
      TopologyDeclarer declarer, String queue, Map<String, Object> arguments, String exchange)
      throws IOException {
    if (declareQueue(declarer, queue, arguments)) {
      declarer.binding(queue, exchange, "");
    }
  }

  /**
   * Declares a tenant's queue, bound for its expired retries.
   *
   * @throws IOException also if the queue exists on a node of the broker that is down
   */
  void declareTenant(TopologyDeclarer declarer, TenantId tenant) throws IOException {
    requireAccessible(declareQueue(declarer, queue(tenant), tenantArguments()), queue(tenant));
    declarer.binding(queue(tenant), TENANTS, queue(tenant));
  }

  /**
   * Declares a tenant's dead-letter queue.
   *
   * @throws IOException also if the queue exists on a node of the broker that is down
   */
  void declareDeadLetters(TopologyDeclarer declarer, TenantId tenant) throws IOException {
    var queue = deadLetterQueue(tenant);
    requireAccessible(declareQueue(declarer, queue, deliveryArguments()), queue);
  }

  private static void requireAccessible(boolean isAccessible, String queue) throws IOException {
    if (!isAccessible) {
      throw new IOException("queue " + queue + " is on a node of the broker that is down");
    }
  }

  /** Returns false if the queue exists on a node of the broker that is down. */
  private boolean declareQueue(
      TopologyDeclarer declarer, String name, Map<String, Object> arguments) throws IOException {
    var declared = declarer.queue(name, arguments);
    if (declared == Declared.WITH_OTHER_ARGUMENTS
        && reportedQueues.putIfAbsent(name, true) == null) {
      LOG.warn("queue {} exists with other arguments than configured; left unchanged", name);
    }
    return declared != Declared.INACCESSIBLE;
  }

  Map<String, Object> tenantArguments() {
    var arguments = deliveryArguments();
    arguments.put("x-single-active-consumer", true);
    return arguments;
  }

  Map<String, Object> retryArguments(long delay) {
    var arguments = new HashMap<>(queueType.arguments());
    arguments.putAll(queueType.expiryArguments());
    arguments.put("x-message-ttl", delay);
    arguments.put("x-dead-letter-exchange", TENANTS);
    return arguments;
  }

  private Map<String, Object> deliveryArguments() {
    var arguments = new HashMap<>(queueType.arguments());
    arguments.putAll(queueType.deliveryArguments());
    return arguments;
  }
}
