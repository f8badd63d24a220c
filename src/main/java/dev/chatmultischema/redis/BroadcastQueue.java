package dev.chatmultischema.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What waits to be sent, bounded by number and by bytes; adding never waits. */
final class BroadcastQueue {

  private final int maxEntries;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final ArrayDeque<Broadcast> entries = new ArrayDeque<>();
  private long bytes;

  BroadcastQueue(int maxEntries, long maxBytes) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  /** Adds one, or returns false if there is no room. */
  boolean offer(Broadcast broadcast) {
    lock.lock();
    try {
      // One that is larger than everything allowed still goes, alone: it exists already.
      boolean room =
          entries.isEmpty()
              || (entries.size() < maxEntries && bytes + broadcast.bytes() <= maxBytes);
      if (room) {
        entries.add(broadcast);
        bytes += broadcast.bytes();
        filled.signal();
      }
      return room;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the first entry, up to a time, and takes up to so many. */
  List<Broadcast> take(int max, long waitMillis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
      while (entries.isEmpty() && left > 0) {
        left = filled.awaitNanos(left);
      }
      var taken = new ArrayList<Broadcast>(Math.min(max, entries.size()));
      while (taken.size() < max && !entries.isEmpty()) {
        var next = entries.remove();
        bytes -= next.bytes();
        taken.add(next);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }
}
