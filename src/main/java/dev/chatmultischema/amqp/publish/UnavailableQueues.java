package dev.chatmultischema.amqp.publish;

import com.google.common.cache.CacheBuilder;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.message.BrokerUnavailable;
import java.time.Duration;
import java.util.concurrent.ConcurrentMap;

/**
 * The queues that did not confirm a message in time, for example quorum queues without a leader, or
 * that are on a node of the broker that is down. Further messages for them fail at once, so that
 * requests do not wait for the whole timeout each; one publication a second is sent all the same,
 * and a confirm, also a late one, or a declaration ends this.
 */
final class UnavailableQueues {

  private static final Duration TRIAL_INTERVAL = Duration.ofSeconds(1);
  private static final int MAX_QUEUES = 10_000;

  /** The time of the next trial, as {@link System#nanoTime}, by the queue's name. */
  private final ConcurrentMap<String, Long> trials =
      CacheBuilder.newBuilder()
          .maximumSize(MAX_QUEUES)
          .expireAfterWrite(Duration.ofMinutes(1))
          .<String, Long>build()
          .asMap();

  /**
   * Requires that the queue of a message is available, or that a trial is due.
   *
   * @throws BrokerUnavailable if neither is the case
   */
  void requireAvailable(OutboundMessage message) {
    if (trials.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    var queue = queue(message);
    var due = trials.get(queue);
    boolean isTrial =
        due != null && now - due >= 0 && trials.replace(queue, due, now + TRIAL_INTERVAL.toNanos());
    if (due != null && !isTrial) {
      throw new BrokerUnavailable("queue " + queue + " takes no messages for now", null);
    }
  }

  /** Records that the queue of a message did not confirm or take it. */
  void failed(OutboundMessage message) {
    trials.putIfAbsent(queue(message), System.nanoTime() + TRIAL_INTERVAL.toNanos());
  }

  /** Records that the queue of a message has confirmed it, or was declared again. */
  void recovered(OutboundMessage message) {
    if (!trials.isEmpty()) {
      trials.remove(queue(message));
    }
  }

  /** Forgets all queues, for a new connection, which may be to another node of the broker. */
  void clear() {
    trials.clear();
  }

  /** The exchanges other than the default one have one queue each, for retries. */
  private static String queue(OutboundMessage message) {
    return message.exchange().equals(MessageTopology.DEFAULT_EXCHANGE)
        ? message.routingKey()
        : message.exchange();
  }
}
