package dev.chatmultischema.amqp.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ObjLongConsumer;

/**
 * The publication of each unconfirmed message of one channel, by the message's sequence number.
 *
 * <p>A ring holds them. One thread, the sender, adds messages; one thread, the connection's reader,
 * removes confirmed ones; any thread may read, or remove all.
 */
final class UnconfirmedMessages {

  private final int max;
  private final AtomicReferenceArray<Publication> ring;
  private final AtomicInteger count = new AtomicInteger();

  /** The highest sequence number in the ring; written by the sender. */
  private volatile long newest;

  /** The lowest unconfirmed sequence number; written by the connection's reader thread. */
  private volatile long oldest = 1;

  /**
   * @param max the bound of unconfirmed messages
   */
  UnconfirmedMessages(int max) {
    this.max = max;
    this.ring = new AtomicReferenceArray<>(Integer.highestOneBit(max * 2 - 1));
  }

  int count() {
    return count.get();
  }

  /**
   * Returns whether a number of messages may be added. While one message stays unconfirmed, a
   * confirm of several must not reach a later message that has the slot of an earlier one.
   */
  boolean hasRoomFor(int messages) {
    return count.get() + messages <= max && newest + messages - oldest < ring.length();
  }

  /** Adds a message, before it is sent. */
  void add(long number, Publication publication) {
    count.incrementAndGet();
    ring.set(slot(number), publication);
    newest = number;
  }

  /**
   * Removes the message of a number, or all up to it, and passes on each with its number.
   *
   * @param multiple whether the confirm is of all up to the number
   */
  void remove(long number, boolean multiple, ObjLongConsumer<Publication> removed) {
    for (long n = multiple ? oldest : number; n <= number; n++) {
      var publication = clear(slot(n));
      if (publication != null) {
        removed.accept(publication, n);
      }
    }
    long next = oldest;
    while (next <= newest && ring.get(slot(next)) == null) {
      next++;
    }
    oldest = next;
  }

  /** Returns the publications, in their order, each at least once. */
  List<Publication> publications() {
    var publications = new ArrayList<Publication>();
    Publication previous = null;
    for (long n = oldest; n <= newest; n++) {
      var publication = ring.get(slot(n));
      if (publication != null && publication != previous) {
        publications.add(publication);
        previous = publication;
      }
    }
    return publications;
  }

  /** Removes all; returns their publications, each at least once. */
  List<Publication> removeAll() {
    var removed = new ArrayList<Publication>();
    for (int slot = 0; slot < ring.length(); slot++) {
      var publication = clear(slot);
      if (publication != null) {
        removed.add(publication);
      }
    }
    return removed;
  }

  private Publication clear(int slot) {
    var publication = ring.getAndSet(slot, null);
    if (publication != null) {
      count.decrementAndGet();
    }
    return publication;
  }

  private int slot(long number) {
    return (int) (number & (ring.length() - 1));
  }
}
