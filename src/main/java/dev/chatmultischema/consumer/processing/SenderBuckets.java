package dev.chatmultischema.consumer.processing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Holds a tenant's waiting deliveries in the order of their arrival, and marks the sender buckets
 * that a running batch uses.
 *
 * <p>All deliveries of a sender are in one bucket, and a bucket is in one running batch at most. So
 * the messages of a sender are stored in their order, however many batches run at once.
 *
 * <p>Not thread-safe.
 */
final class SenderBuckets {

  /**
   * Deliveries to store together.
   *
   * @param buckets their sender buckets, which no other batch uses meanwhile, as a bit mask
   */
  record Batch(List<DecodedDelivery> deliveries, long buckets) {}

  /** Bounds the memory of a batch, which is a multiple of its bytes while it is stored. */
  private static final int MAX_BATCH_BYTES = 1024 * 1024;

  private final DeliveryBudget budget;
  private Deque<DecodedDelivery> waiting = new ArrayDeque<>(4);
  private final short[] waitingByBucket = new short[DecodedDelivery.SENDER_BUCKETS];
  private long waitingBuckets;
  private long busyBuckets;
  private int inFlight;

  SenderBuckets(DeliveryBudget budget) {
    this.budget = budget;
  }

  /** Adds a delivery; returns false if this node now holds more bytes than it should. */
  boolean add(DecodedDelivery delivery) {
    waiting.addLast(delivery);
    count(delivery, 1);
    return budget.add(delivery.size());
  }

  private void count(DecodedDelivery delivery, int change) {
    int bucket = delivery.senderBucket();
    waitingByBucket[bucket] += change;
    if (waitingByBucket[bucket] == 0) {
      waitingBuckets &= ~(1L << bucket);
    } else {
      waitingBuckets |= 1L << bucket;
    }
  }

  /** Returns whether a delivery waits in a bucket that is not busy. */
  boolean hasReady() {
    return (waitingBuckets & ~busyBuckets) != 0;
  }

  int waiting() {
    return waiting.size();
  }

  List<DecodedDelivery> waitingInOrder() {
    return List.copyOf(waiting);
  }

  int inFlight() {
    return inFlight;
  }

  /**
   * Removes the deliveries that wait in buckets that are not busy, and marks these as busy.
   *
   * @param max the largest number of deliveries to remove
   */
  Batch poll(int max) {
    var batch = new ArrayList<DecodedDelivery>(Math.min(max, waiting.size()));
    // Large enough from the start: growth could fail for lack of memory, and lose the delivery that
    // is in neither queue then.
    var skipped = new ArrayDeque<DecodedDelivery>(busyBuckets == 0 ? 1 : waiting.size());
    long buckets = 0;
    int bytes = 0;
    while (!waiting.isEmpty() && batch.size() < max && bytes < MAX_BATCH_BYTES) {
      var delivery = waiting.removeFirst();
      long bucket = 1L << delivery.senderBucket();
      if ((busyBuckets & bucket) != 0) {
        skipped.addLast(delivery);
        continue;
      }
      buckets |= bucket;
      bytes += delivery.size();
      batch.add(delivery);
      count(delivery, -1);
    }
    while (!skipped.isEmpty()) {
      waiting.addFirst(skipped.removeLast());
    }
    busyBuckets |= buckets;
    inFlight += batch.size();
    return new Batch(batch, buckets);
  }

  /**
   * Ends a batch, and puts its postponed deliveries back to their places in the order. If there is
   * no memory for that, nothing has changed.
   */
  void release(Batch batch, List<DecodedDelivery> postponed) {
    if (!postponed.isEmpty()) {
      waiting = merge(postponed);
      for (var delivery : postponed) {
        count(delivery, 1);
        budget.add(delivery.size());
      }
    }
    busyBuckets &= ~batch.buckets();
    inFlight -= batch.deliveries().size();
    subtract(batch.deliveries());
  }

  private Deque<DecodedDelivery> merge(List<DecodedDelivery> postponed) {
    var merged = new ArrayList<>(waiting);
    merged.addAll(postponed);
    merged.sort(Comparator.comparingLong(DecodedDelivery::tag));
    return new ArrayDeque<>(merged);
  }

  /** Removes all waiting deliveries; those of running batches are removed with their batch. */
  void clear() {
    subtract(waiting);
    waiting.clear();
    Arrays.fill(waitingByBucket, (short) 0);
    waitingBuckets = 0;
  }

  private void subtract(Collection<DecodedDelivery> deliveries) {
    for (var delivery : deliveries) {
      budget.subtract(delivery.size());
    }
  }
}
