package dev.chatmultischema.amqp.publish;

import dev.chatmultischema.amqp.codec.OutboundMessage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Messages published one after another on one channel, and the broker's response to each. */
final class Publication {

  private final List<OutboundMessage> messages;
  private final AtomicInteger unanswered;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Set<OutboundMessage> rejected = new LinkedHashSet<>();
  private volatile String failure;
  private volatile long firstNumber;

  Publication(List<OutboundMessage> messages) {
    this.messages = messages;
    this.unanswered = new AtomicInteger(messages.size());
  }

  List<OutboundMessage> messages() {
    return messages;
  }

  /** Sets the sequence number of the first message; those of the others follow it. */
  void numberFrom(long number) {
    firstNumber = number;
  }

  /** Records a publisher confirm (basic.ack) of one message. */
  void confirm() {
    if (unanswered.decrementAndGet() == 0) {
      done.countDown();
    }
  }

  /** Records that the broker refused one message (basic.nack). */
  void refuse(long number) {
    synchronized (rejected) {
      rejected.add(messages.get((int) (number - firstNumber)));
    }
    confirm();
  }

  /** Records that not all messages will be confirmed. */
  void fail(String reason) {
    failure = reason;
    done.countDown();
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

  /** Waits until all messages are answered or failed; returns false after the timeout. */
  boolean await(long nanos) throws InterruptedException {
    return done.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** Returns the reason of the failure, or null. */
  String failure() {
    return failure;
  }

  /** Returns the returned and refused messages, once all are answered. */
  List<OutboundMessage> rejected() {
    synchronized (rejected) {
      return List.copyOf(rejected);
    }
  }
}
