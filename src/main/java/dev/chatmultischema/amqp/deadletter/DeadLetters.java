package dev.chatmultischema.amqp.deadletter;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.chatmultischema.amqp.connection.SupervisedConnection;
import dev.chatmultischema.amqp.publish.ConfirmingPublisher;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  public DeadLetters(
      SupervisedConnection<?> connection, TenantQueues queues, ConfirmingPublisher publisher) {
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
