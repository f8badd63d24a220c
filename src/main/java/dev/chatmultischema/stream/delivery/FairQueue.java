package dev.chatmultischema.stream.delivery;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * A blocking queue that serves owners round-robin, however many entries each has; the entries of
 * one owner keep their order.
 */
final class FairQueue<O, E> {

  private final Map<O, Queue<E>> entriesByOwner = new LinkedHashMap<>();
  private boolean isClosed;

  synchronized void add(O owner, E entry) {
    entriesByOwner.computeIfAbsent(owner, first -> new ArrayDeque<>()).add(entry);
    notify();
  }

  /** Waits for an entry and removes it; returns empty after {@link #close}. */
  synchronized Optional<E> poll() throws InterruptedException {
    while (entriesByOwner.isEmpty() && !isClosed) {
      wait();
    }
    if (isClosed) {
      return Optional.empty();
    }
    var first = entriesByOwner.entrySet().iterator().next();
    var owner = first.getKey();
    var entries = first.getValue();
    entriesByOwner.remove(owner);
    var entry = entries.remove();
    if (!entries.isEmpty()) {
      // Inserted again, the owner comes after all others.
      entriesByOwner.put(owner, entries);
    }
    return Optional.of(entry);
  }

  /** Drops all entries and ends all waiting calls of {@link #poll}. */
  synchronized void close() {
    isClosed = true;
    entriesByOwner.clear();
    notifyAll();
  }
}
