package dev.chatmultischema.amqp.deadletter;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.chatmultischema.amqp.codec.Delivery;
import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.codec.SenderHeaders;
import dev.chatmultischema.amqp.connection.SupervisedConnection;
import dev.chatmultischema.amqp.publish.ConfirmingPublisher;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists, replays and purges tenants' dead letters. Listed messages are not acknowledged, so the
 * broker requeues them at their position, even if the channel is lost.
 *
 * <p>While a message is read here, other readers do not see it: callers hold a lock on the tenant's
 * dead letters. Before its first dead letter, a tenant has no such queue. All methods throw {@link
 * dev.chatmultischema.message.BrokerUnavailable} if the broker does not respond.
 */
public final class DeadLetters {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  /** The maximum number of dead letters that {@link #oldest} returns. */
  public static final int MAX_OLDEST = 1_000;

  private static final Duration REQUEUE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration POLL_PERIOD = Duration.ofMillis(20);

  private final SupervisedConnection<?> connection;
  private final TenantQueues queues;
  private final ConfirmingPublisher publisher;
  private final SenderHeaders senders;

  public DeadLetters(
      SupervisedConnection<?> connection,
      TenantQueues queues,
      ConfirmingPublisher publisher,
      SenderHeaders senders) {
    this.senders = senders;
    this.connection = connection;
    this.queues = queues;
    this.publisher = publisher;
  }

  /**
   * Selected dead letters of a tenant, the oldest first.
   *
   * @param all the number of all dead letters of the tenant
   */
  public record Listing(long all, List<DeadLetter> letters) {}

  /**
   * Returns the oldest dead letters, at most {@code limit} and {@value #MAX_OLDEST}.
   *
   * <p>Always reads {@value #MAX_OLDEST}: a quorum queue requeues messages behind earlier requeued
   * ones, so reading fewer of them would change their order.
   */
  public Listing oldest(TenantId tenant, int limit) {
    var letters = new ArrayList<DeadLetter>();
    long all =
        scan(
            tenant,
            MAX_OLDEST,
            letter -> {
              if (letters.size() < limit) {
                letters.add(letter);
              }
            });
    return new Listing(all, letters);
  }

  /** Returns all dead letters that match the filter. */
  public Listing find(TenantId tenant, Predicate<DeadLetter> filter) {
    var letters = new ArrayList<DeadLetter>();
    long all =
        scan(
            tenant,
            Long.MAX_VALUE,
            letter -> {
              if (filter.test(letter)) {
                letters.add(letter);
              }
            });
    return new Listing(all, letters);
  }

  private long scan(TenantId tenant, long limit, Consumer<DeadLetter> visitor) {
    long all = count(tenant);
    connection.withChannel(
        channel -> {
          var tags = new ArrayList<Long>();
          while (tags.size() < Math.min(all, limit)) {
            var message = channel.basicGet(MessageTopology.deadLetterQueue(tenant), false);
            if (message == null) {
              break;
            }
            tags.add(message.getEnvelope().getDeliveryTag());
            visitor.accept(DeadLetter.of(message));
          }
          requeue(channel, tags);
          return null;
        });
    awaitRequeued(tenant, all);
    return all;
  }

  private long count(TenantId tenant) {
    return queues.query(probe -> probe.deadLetters(tenant));
  }

  /** Deletes all dead letters of a tenant, and returns their number. */
  public long purge(TenantId tenant) {
    if (count(tenant) == 0) {
      return 0;
    }
    return connection.withChannel(
        channel ->
            (long) channel.queuePurge(MessageTopology.deadLetterQueue(tenant)).getMessageCount());
  }

  /** Receives the progress of a replay, before each group of messages and after the last. */
  public interface Progress {
    /**
     * Reports the progress so far; an exception thrown here ends the replay.
     *
     * @param replayed the number of republished messages
     * @param read the number of messages read
     * @param all the number of dead letters when the replay began
     */
    void report(long replayed, long read, long all);
  }

  /**
   * Republishes the dead letters that match the filter to the tenant's queue, and removes each one
   * after its publisher confirm. Messages that are dead-lettered during the replay are left.
   *
   * <p>A replay may be interrupted and repeated: a message that is in both queues then is stored
   * once, by its id, unless it was published without one.
   *
   * @return the number of republished messages
   * @throws dev.chatmultischema.tenant.TenantMissing if the tenant was deleted meanwhile
   */
  public long replay(TenantId tenant, Predicate<DeadLetter> filter, Progress progress) {
    long all = count(tenant);
    long replayed =
        connection.withChannel(
            channel -> {
              var skipped = new ArrayList<Long>();
              long republished = 0;
              long read = 0;
              int groupSize;
              do {
                progress.report(republished, read, all);
                var queue = MessageTopology.deadLetterQueue(tenant);
                var group = QueueReader.read(channel, queue, all - read);
                groupSize = group.size();
                read += groupSize;
                var others = group.stream().filter(m -> !filter.test(DeadLetter.of(m))).toList();
                others.forEach(message -> skipped.add(message.getEnvelope().getDeliveryTag()));
                group.removeAll(others);
                republish(channel, tenant, group);
                republished += group.size();
              } while (groupSize > 0);
              requeue(channel, skipped);
              return republished;
            });
    awaitRequeued(tenant, all - replayed);
    return replayed;
  }

  /** Selects messages by their verified sender and the time of their acceptance. */
  public interface SenderFilter {
    boolean matches(UUID sender, Instant acceptedAt);
  }

  /**
   * Replaces the content of dead letters whose sender matches: each is published again, with its
   * failures, and removed after the publisher confirm. They are the latest dead letters then.
   *
   * @return the number of replaced contents; those that have the content already are left
   */
  public long replaceContents(TenantId tenant, SenderFilter filter, Content content) {
    long all = count(tenant);
    if (all == 0) {
      return 0;
    }
    var queue = MessageTopology.deadLetterQueue(tenant);
    var body = content.json().getBytes(StandardCharsets.UTF_8);
    return connection.withChannel(
        channel -> {
          var skipped = new ArrayList<Long>();
          long replaced = 0;
          long read = 0;
          List<GetResponse> group;
          do {
            group = QueueReader.read(channel, queue, all - read);
            read += group.size();
            var changed = new ArrayList<GetResponse>();
            var outbound = new ArrayList<OutboundMessage>();
            for (var message : group) {
              var sender = Optional.ofNullable(sender(tenant, message));
              if (sender.isPresent()
                  && !Arrays.equals(message.getBody(), body)
                  && filter.matches(sender.get(), MessageCodec.acceptedAt(message.getProps()))) {
                changed.add(message);
                outbound.add(
                    MessageCodec.toQueue(
                        queue,
                        MessageCodec.replaced(
                            tenant, delivery(message), sender.get(), content, senders)));
              } else {
                skipped.add(message.getEnvelope().getDeliveryTag());
              }
            }
            if (!outbound.isEmpty()) {
              publisher.republish(tenant, outbound);
              QueueReader.acknowledge(channel, changed);
              replaced += changed.size();
            }
          } while (!group.isEmpty());
          requeue(channel, skipped);
          return replaced;
        });
  }

  private UUID sender(TenantId tenant, GetResponse message) {
    return senders.sender(tenant, MessageCodec.messageId(message.getProps()), delivery(message));
  }

  private static Delivery delivery(GetResponse message) {
    return new Delivery(
        message.getEnvelope().getDeliveryTag(), message.getProps(), message.getBody());
  }

  private void republish(Channel channel, TenantId tenant, List<GetResponse> group)
      throws IOException {
    if (group.isEmpty()) {
      return;
    }
    publisher.republish(
        tenant, group.stream().map(message -> DeadLetter.replayed(tenant, message)).toList());
    QueueReader.acknowledge(channel, group);
  }

  /**
   * Requeues messages one after another, in order: a quorum queue does not keep the order of
   * messages that it requeues since their channel closed.
   */
  private static void requeue(Channel channel, List<Long> tags) throws IOException {
    for (long tag : tags) {
      channel.basicNack(tag, false, true);
    }
  }

  /** Waits up to 2 s until requeued messages can be read: a quorum queue delays them a moment. */
  private void awaitRequeued(TenantId tenant, long expected) {
    long deadline = System.nanoTime() + REQUEUE_TIMEOUT.toNanos();
    while (count(tenant) < expected) {
      if (System.nanoTime() > deadline) {
        LOG.warn(
            "fewer than {} dead letters of tenant {} are ready after {}",
            expected,
            tenant,
            REQUEUE_TIMEOUT);
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_PERIOD.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
