package dev.chatmultischema.consumer.processing;

import java.util.BitSet;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Tracks the settled deliveries of one channel, so that one {@code basic.ack} with {@code multiple}
 * acknowledges as many as possible.
 *
 * <p>Not thread-safe.
 */
final class AckWindow {

  /** Every delivery up to this tag is acknowledged. */
  private long acknowledged;

  /** The settled tags above {@link #acknowledged}; bit 0 is the next tag. */
  private BitSet settled = new BitSet();

  void settle(List<DecodedDelivery> deliveries) {
    deliveries.forEach(delivery -> settled.set((int) (delivery.tag() - acknowledged - 1)));
  }

  /**
   * Advances to the last tag before the first gap; returns it, or 0 if no tag was before the gap.
   */
  long advance() {
    int ready = settled.nextClearBit(0);
    if (ready == 0) {
      return 0;
    }
    acknowledged += ready;
    settled = settled.get(ready, Math.max(ready, settled.length()));
    return acknowledged;
  }

  /** Passes on each settled tag behind a gap, which needs an acknowledgement of its own. */
  void forEachBehindGap(LongConsumer tag) {
    settled.stream().forEach(bit -> tag.accept(acknowledged + 1 + bit));
  }
}
