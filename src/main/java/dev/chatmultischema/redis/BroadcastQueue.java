package dev.chatmultischema.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Broadcasts that wait to be sent, bounded by number and by bytes; adding never blocks. */
final class BroadcastQueue {

  private final int maxEntries;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final ArrayDeque<Broadcast> entries = new ArrayDeque<>();
  private long bytes;

  BroadcastQueue(int maxEntries, long maxBytes) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  /** Adds a broadcast; returns false if the queue is full. */
  boolean offer(Broadcast broadcast) {
    lock.lock();
    try {
      // A broadcast above the limit is accepted alone: its memory is allocated already.
      boolean accepted =
          entries.isEmpty()
              || (entries.size() < maxEntries && bytes + broadcast.bytes() <= maxBytes);
      if (accepted) {
        entries.add(broadcast);
        bytes += broadcast.bytes();
        notEmpty.signal();
      }
      return accepted;
    } finally {
      lock.unlock();
    }
  }

  /** Waits up to {@code waitMillis} for a broadcast, and removes up to {@code max} of them. */
  List<Broadcast> poll(int max, long waitMillis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long remaining = TimeUnit.MILLISECONDS.toNanos(waitMillis);
      while (entries.isEmpty() && remaining > 0) {
        remaining = notEmpty.awaitNanos(remaining);
      }
      var polled = new ArrayList<Broadcast>(Math.min(max, entries.size()));
      while (polled.size() < max && !entries.isEmpty()) {
        var next = entries.remove();
        bytes -= next.bytes();
        polled.add(next);
      }
      return polled;
    } finally {
      lock.unlock();
    }
  }
}
