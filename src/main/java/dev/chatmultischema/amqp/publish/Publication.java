package dev.chatmultischema.amqp.publish;

import dev.chatmultischema.amqp.codec.OutboundMessage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Messages published one after another on one channel, and what became of them. */
final class Publication {

  private final List<OutboundMessage> messages;
  private final AtomicInteger unanswered;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Set<OutboundMessage> refused = new LinkedHashSet<>();
  private volatile String failure;
  private volatile long first;

  Publication(List<OutboundMessage> messages) {
    this.messages = messages;
    this.unanswered = new AtomicInteger(messages.size());
  }

  List<OutboundMessage> messages() {
    return messages;
  }

  /** The messages have consecutive numbers on their channel from here on. */
  void numberFrom(long number) {
    first = number;
  }

  /** The broker took one of the messages over. */
  void confirm() {
    if (unanswered.decrementAndGet() == 0) {
      done.countDown();
    }
  }

  /** The broker did not take one of the messages over. */
  void refuse(long number) {
    synchronized (refused) {
      refused.add(messages.get((int) (number - first)));
    }
    confirm();
  }

  /** They will not all be answered. */
  void fail(String reason) {
    failure = reason;
    done.countDown();
  }

  /** The broker found no queue for the message of this id; RabbitMQ confirms it nevertheless. */
  void markReturned(String messageId) {
    synchronized (refused) {
      for (var message : messages) {
        if (messageId.equals(message.properties().getMessageId())) {
          refused.add(message);
        }
      }
    }
  }

  /** Waits until all are answered or one never will be; false if the time was over first. */
  boolean await(long nanos) throws InterruptedException {
    return done.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** Why it failed, or null. */
  String failure() {
    return failure;
  }

  /** Those that no queue took, once all are answered. */
  List<OutboundMessage> refused() {
    synchronized (refused) {
      return List.copyOf(refused);
    }
  }
}
