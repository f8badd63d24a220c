package dev.chatmultischema.consumer.processing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * A tenant's deliveries that wait, in the order of their arrival, and which of their lanes are
 * busy.
 *
 * <p>A sender always has the same lane, and a lane is in one batch at a time: so what one sender
 * sent is stored in its order, however many batches run. Not for use by several threads at once.
 */
final class SenderBuckets {

  /** Deliveries to store together, from lanes that nobody else takes from meanwhile. */
  record Batch(List<DecodedDelivery> messages, long lanes) {}

  /** To store a batch takes some times its size in memory, on as many threads as there are. */
  private static final int MAX_BATCH_BYTES = 1024 * 1024;

  private final DeliveryBudget budget;
  private Deque<DecodedDelivery> waiting = new ArrayDeque<>(4);
  private final short[] waitingByLane = new short[DecodedDelivery.LANES];
  private long waitingLanes;
  private long busyLanes;
  private int inFlight;

  SenderBuckets(DeliveryBudget budget) {
    this.budget = budget;
  }

  /** Takes a delivery in; false if that was more than the node has room for. */
  boolean add(DecodedDelivery message) {
    waiting.addLast(message);
    count(message, 1);
    return budget.take(message.size());
  }

  private void count(DecodedDelivery message, int change) {
    int lane = message.lane();
    waitingByLane[lane] += change;
    if (waitingByLane[lane] == 0) {
      waitingLanes &= ~(1L << lane);
    } else {
      waitingLanes |= 1L << lane;
    }
  }

  /** Whether something waits that may be taken. */
  boolean ready() {
    return (waitingLanes & ~busyLanes) != 0;
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

  /** Takes what has arrived, of all lanes that are not busy; call it only if something is ready. */
  Batch take(int max) {
    var batch = new ArrayList<DecodedDelivery>(Math.min(max, waiting.size()));
    var passedOver = new ArrayDeque<DecodedDelivery>();
    long lanes = 0;
    int bytes = 0;
    while (!waiting.isEmpty() && batch.size() < max && bytes < MAX_BATCH_BYTES) {
      var message = waiting.removeFirst();
      long lane = 1L << message.lane();
      if ((busyLanes & lane) != 0) {
        passedOver.addLast(message);
        continue;
      }
      lanes |= lane;
      bytes += message.size();
      batch.add(message);
      count(message, -1);
    }
    while (!passedOver.isEmpty()) {
      waiting.addFirst(passedOver.removeLast());
    }
    busyLanes |= lanes;
    inFlight += batch.size();
    return new Batch(batch, lanes);
  }

  /** Ends a batch, and takes back what is to be tried again, to where it was in the order. */
  void release(Batch batch, List<DecodedDelivery> back) {
    busyLanes &= ~batch.lanes();
    inFlight -= batch.messages().size();
    give(batch.messages());
    if (!back.isEmpty()) {
      back.forEach(message -> budget.keep(message.size()));
      back.forEach(message -> count(message, 1));
      var merged = new ArrayList<>(waiting);
      merged.addAll(back);
      merged.sort(Comparator.comparingLong(DecodedDelivery::tag));
      waiting = new ArrayDeque<>(merged);
    }
  }

  /** Forgets what waits; what is in a batch ends with it. */
  void clear() {
    give(waiting);
    waiting.clear();
    Arrays.fill(waitingByLane, (short) 0);
    waitingLanes = 0;
  }

  private void give(Collection<DecodedDelivery> messages) {
    messages.forEach(message -> budget.give(message.size()));
  }
}
