package dev.chatmultischema.consumer.processing;

import java.util.BitSet;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Which deliveries of one subscription are settled, so that one answer acknowledges as many as can
 * be.
 *
 * <p>Not for use by several threads at once.
 */
final class AckWindow {

  /** Every delivery up to this tag is acknowledged. */
  private long acknowledged;

  /** Settled above that: bit 0 is the next tag. */
  private BitSet settled = new BitSet();

  void settle(List<DecodedDelivery> messages) {
    messages.forEach(message -> settled.set((int) (message.tag() - acknowledged - 1)));
  }

  /** The tag up to which all can be acknowledged at once that were not before, or 0. */
  long advance() {
    int ready = settled.nextClearBit(0);
    if (ready == 0) {
      return 0;
    }
    acknowledged += ready;
    settled = settled.get(ready, Math.max(ready, settled.length()));
    return acknowledged;
  }

  /** Names what is settled behind a gap, which only an answer of its own can acknowledge. */
  void forEachBehindGap(LongConsumer tag) {
    settled.stream().forEach(bit -> tag.accept(acknowledged + 1 + bit));
  }
}
