package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.consume.QueueConsumer;
import java.util.List;

/**
 * Answers the broker for the deliveries of one subscription, in the order of their tags: it takes
 * no lower one after a higher.
 */
final class Acknowledgements {

  private final QueueConsumer subscription;
  private final AckWindow window = new AckWindow();

  Acknowledgements(QueueConsumer subscription) {
    this.subscription = subscription;
  }

  /** Notes what is settled, and acknowledges with one answer all that can be. */
  synchronized void settle(List<DecodedDelivery> messages) {
    window.settle(messages);
    long upTo = window.advance();
    if (upTo > 0) {
      subscription.ack(upTo, true);
    }
  }

  /** Acknowledges what is settled behind a gap, and gives the rest back in its order. */
  synchronized void end(List<DecodedDelivery> back) {
    window.forEachBehindGap(tag -> subscription.ack(tag, false));
    back.forEach(message -> subscription.requeue(message.tag()));
  }
}
