package dev.chatmultischema.consumer.processing;

import java.util.List;
import java.util.function.LongConsumer;

/**
 * Acknowledges the deliveries of one channel in the order of their tags: after an acknowledgement
 * of several, the broker refuses one of a lower tag.
 */
final class Acknowledgements {

  /** Sends {@code basic.ack}. */
  interface Ack {
    void send(long tag, boolean multiple);
  }

  private final Ack ack;
  private final LongConsumer requeue;
  private final AckWindow window = new AckWindow();

  /**
   * @param requeue requeues the delivery of a tag
   */
  Acknowledgements(Ack ack, LongConsumer requeue) {
    this.ack = ack;
    this.requeue = requeue;
  }

  /** Marks deliveries as settled, and acknowledges all that have no unsettled one before them. */
  synchronized void settle(List<DecodedDelivery> deliveries) {
    window.settle(deliveries);
    long upTo = window.advance();
    if (upTo > 0) {
      ack.send(upTo, true);
    }
  }

  /** Acknowledges the settled deliveries behind a gap, and requeues others in the order given. */
  synchronized void finish(List<DecodedDelivery> requeued) {
    window.forEachBehindGap(tag -> ack.send(tag, false));
    requeued.forEach(delivery -> requeue.accept(delivery.tag()));
  }
}
