package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.consume.QueueConsumer;
import java.util.List;

/**
 * Acknowledges the deliveries of one channel in the order of their tags: after an acknowledgement
 * of several, the broker refuses one of a lower tag.
 */
final class Acknowledgements {

  private final QueueConsumer channel;
  private final AckWindow window = new AckWindow();

  Acknowledgements(QueueConsumer channel) {
    this.channel = channel;
  }

  /** Marks deliveries as settled, and acknowledges all that have no unsettled one before them. */
  synchronized void settle(List<DecodedDelivery> deliveries) {
    window.settle(deliveries);
    long upTo = window.advance();
    if (upTo > 0) {
      channel.ack(upTo, true);
    }
  }

  /** Acknowledges the settled deliveries behind a gap, and requeues others in the order given. */
  synchronized void finish(List<DecodedDelivery> requeued) {
    window.forEachBehindGap(tag -> channel.ack(tag, false));
    requeued.forEach(delivery -> channel.requeue(delivery.tag()));
  }
}
