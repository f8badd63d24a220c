package dev.chatmultischema.amqp.publish;

import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.message.BrokerUnavailable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Messages published one after another on one channel, and the broker's response to each. */
final class Publication {

  private final List<OutboundMessage> messages;
  private final long deadline;
  private final CompletableFuture<Rejected> result = new CompletableFuture<>();
  private final AtomicInteger unanswered;
  private final Set<OutboundMessage> rejected = new LinkedHashSet<>(0);
  private boolean isRefused;
  private volatile long firstNumber;
  private volatile boolean isExpired;

  /**
   * @param deadline when the publication expires, in the time of {@link System#nanoTime}
   */
  Publication(List<OutboundMessage> messages, long deadline) {
    this.messages = messages;
    this.deadline = deadline;
    this.unanswered = new AtomicInteger(messages.size());
  }

  List<OutboundMessage> messages() {
    return messages;
  }

  /**
   * Returns the future of the returned and refused messages; it fails with {@link
   * BrokerUnavailable}.
   */
  CompletableFuture<Rejected> result() {
    return result;
  }

  /** Sets the sequence number of the first message; those of the others follow it. */
  void numberFrom(long number) {
    firstNumber = number;
  }

  /** Records a publisher confirm (basic.ack) of one message; returns whether it was the last. */
  boolean confirm() {
    return unanswered.decrementAndGet() == 0;
  }

  /**
   * Records that the broker refused one message (basic.nack), unless it has returned it before;
   * returns whether it was the last.
   */
  boolean refuse(long number) {
    synchronized (rejected) {
      isRefused |= rejected.add(messages.get((int) (number - firstNumber)));
    }
    return confirm();
  }

  /**
   * Records that the broker returned the message of this id and route (basic.return), since it
   * routes to no queue. RabbitMQ confirms it nevertheless.
   *
   * <p>The id alone does not identify it: a message that was just published may already be retried
   * on the same channel, before the first confirm arrives.
   */
  void returned(String exchange, String routingKey, String messageId) {
    synchronized (rejected) {
      for (var message : messages) {
        if (messageId.equals(message.properties().getMessageId())
            && exchange.equals(message.exchange())
            && routingKey.equals(message.routingKey())) {
          rejected.add(message);
        }
      }
    }
  }

  /** Returns whether the broker has neither returned nor refused a message so far. */
  boolean isAccepted() {
    synchronized (rejected) {
      return rejected.isEmpty();
    }
  }

  /** Marks the publication as expired, once; returns whether its deadline has just passed. */
  synchronized boolean expire(long now) {
    if (isExpired || now - deadline < 0) {
      return false;
    }
    isExpired = true;
    return true;
  }

  /** Returns whether the future has failed or is about to fail, so that sending is useless. */
  boolean isExpired() {
    return isExpired;
  }

  /** Completes the future, once all messages are answered; runs its dependents. */
  void complete() {
    Rejected incomplete;
    synchronized (rejected) {
      incomplete =
          rejected.isEmpty() ? Rejected.NONE : new Rejected(List.copyOf(rejected), isRefused);
    }
    result.complete(incomplete);
  }

  /** Fails the future, unless it is complete; runs its dependents. */
  void fail(BrokerUnavailable failure) {
    result.completeExceptionally(failure);
  }
}
