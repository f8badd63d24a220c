package dev.chatmultischema.stream;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * A queue that gives each owner its turn, however many entries others have in it; an owner's own
 * entries keep their order.
 */
final class FairTurns<O, E> {

  private final Map<O, Queue<E>> waiting = new LinkedHashMap<>();
  private boolean closed;

  synchronized void add(O owner, E entry) {
    waiting.computeIfAbsent(owner, first -> new ArrayDeque<>()).add(entry);
    notify();
  }

  /** Waits for an entry; empty once it is closed. */
  synchronized Optional<E> take() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    if (closed) {
      return Optional.empty();
    }
    var turn = waiting.entrySet().iterator().next();
    var owner = turn.getKey();
    var entries = turn.getValue();
    waiting.remove(owner);
    var entry = entries.remove();
    if (!entries.isEmpty()) {
      // Put in again, the owner is the last in line.
      waiting.put(owner, entries);
    }
    return Optional.of(entry);
  }

  /** Forgets what waits, and lets all who wait for it go. */
  synchronized void close() {
    closed = true;
    waiting.clear();
    notifyAll();
  }
}
