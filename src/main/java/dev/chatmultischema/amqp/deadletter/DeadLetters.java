package dev.chatmultischema.amqp.deadletter;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.chatmultischema.amqp.publish.ConfirmingPublisher;
import dev.chatmultischema.amqp.publish.PublisherConnections;
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
 * Looks into tenants' dead-letter queues, and empties them. What is looked at is not acknowledged
 * and goes back to its place, also when the channel is lost.
 *
 * <p>Meanwhile nobody else sees it: whoever works on one tenant's dead letters must be alone. A
 * queue that is missing is declared anew. Everything throws {@link
 * dev.chatmultischema.message.BrokerUnavailable} if the broker does not answer.
 */
public final class DeadLetters {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  /** How many of the oldest can be looked at. */
  public static final int MAX_OLDEST = 1_000;

  /** Messages on their way back at once. */
  private static final int GROUP = 100;

  /** A group ends once its bodies have so many bytes. */
  static final long GROUP_BYTES = 1024 * 1024;

  private static final Duration REQUEUE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(20);

  private final PublisherConnections link;
  private final TenantQueues queues;
  private final ConfirmingPublisher publisher;

  public DeadLetters(
      PublisherConnections link, TenantQueues queues, ConfirmingPublisher publisher) {
    this.link = link;
    this.queues = queues;
    this.publisher = publisher;
  }

  /**
   * Some of a tenant's dead letters, the oldest first.
   *
   * @param all how many there are
   */
  public record Listing(long all, List<DeadLetter> letters) {}

  /**
   * The oldest dead letters, at most {@code limit} and {@value #MAX_OLDEST}.
   *
   * <p>As many are taken whatever the limit, since a quorum queue puts what comes back behind what
   * came back before: a few taken out of those would change places with the rest.
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

  /** Those dead letters that are wanted, out of all. */
  public Listing find(TenantId tenant, Predicate<DeadLetter> wanted) {
    var letters = new ArrayList<DeadLetter>();
    long all =
        scan(
            tenant,
            Long.MAX_VALUE,
            letter -> {
              if (wanted.test(letter)) {
                letters.add(letter);
              }
            });
    return new Listing(all, letters);
  }

  private long scan(TenantId tenant, long limit, Consumer<DeadLetter> each) {
    long all = queues.query(probe -> probe.deadLetters(tenant));
    link.withChannel(
        channel -> {
          var held = new ArrayList<Long>();
          while (held.size() < Math.min(all, limit)) {
            var message = channel.basicGet(MessageTopology.deadLetterQueue(tenant), false);
            if (message == null) {
              break;
            }
            held.add(message.getEnvelope().getDeliveryTag());
            each.accept(DeadLetter.of(message));
          }
          requeue(channel, held);
          return null;
        });
    awaitRequeued(tenant, all);
    return all;
  }

  /** Deletes all of a tenant's dead letters, and says how many there were. */
  public long purge(TenantId tenant) {
    var unused = queues.query(probe -> probe.deadLetters(tenant));
    return link.withChannel(
        channel ->
            (long) channel.queuePurge(MessageTopology.deadLetterQueue(tenant)).getMessageCount());
  }

  /** Is told how far a replay has come, before each step and after the last. */
  public interface Progress {
    /**
     * A replay has taken and sent back so many of all; what this throws ends it.
     *
     * @param taken how many were looked at
     */
    void at(long replayed, long taken, long all);
  }

  /**
   * Puts those dead letters that are wanted back into the tenant's queue, each removed once the
   * broker has confirmed it there; one that dies again meanwhile is not among them.
   *
   * <p>It may be cut anywhere, and repeated: a message that is in both queues then is known by its
   * id when it is stored, if it came with one.
   *
   * @return how many went back
   */
  public long replay(TenantId tenant, Predicate<DeadLetter> wanted, Progress progress) {
    long all = queues.query(probe -> probe.deadLetters(tenant));
    long replayed =
        link.withChannel(
            channel -> {
              var held = new ArrayList<Long>();
              long sent = 0;
              long taken = 0;
              int more = GROUP;
              while (more > 0) {
                progress.at(sent, taken, all);
                var group = take(channel, tenant, Math.min(GROUP, all - taken));
                more = group.size();
                taken += more;
                var unwanted = group.stream().filter(m -> !wanted.test(DeadLetter.of(m))).toList();
                unwanted.forEach(message -> held.add(message.getEnvelope().getDeliveryTag()));
                group.removeAll(unwanted);
                republish(channel, tenant, group);
                sent += group.size();
              }
              requeue(channel, held);
              return sent;
            });
    awaitRequeued(tenant, all - replayed);
    return replayed;
  }

  private static List<GetResponse> take(Channel channel, TenantId tenant, long most)
      throws IOException {
    var group = new ArrayList<GetResponse>();
    long bytes = 0;
    while (group.size() < most && bytes < GROUP_BYTES) {
      var message = channel.basicGet(MessageTopology.deadLetterQueue(tenant), false);
      if (message == null) {
        break;
      }
      group.add(message);
      bytes += message.getBody().length;
    }
    return group;
  }

  private void republish(Channel channel, TenantId tenant, List<GetResponse> group)
      throws IOException {
    if (group.isEmpty()) {
      return;
    }
    publisher.republish(
        tenant, group.stream().map(message -> DeadLetter.replayed(tenant, message)).toList());
    for (var message : group) {
      channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
    }
  }

  /**
   * Gives messages back one after the other, which keeps their order: a quorum queue takes what a
   * channel leaves behind when it closes in an order of its own.
   */
  private static void requeue(Channel channel, List<Long> tags) throws IOException {
    for (long tag : tags) {
      channel.basicNack(tag, false, true);
    }
  }

  /**
   * Waits, within bounds, until what a closed channel held can be taken again: a quorum queue gives
   * it back a moment later.
   */
  private void awaitRequeued(TenantId tenant, long expected) {
    long deadline = System.nanoTime() + REQUEUE_TIMEOUT.toNanos();
    while (queues.query(probe -> probe.deadLetters(tenant)) < expected) {
      if (System.nanoTime() > deadline) {
        LOG.warn("fewer than {} dead letters of tenant {} are back in place", expected, tenant);
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
