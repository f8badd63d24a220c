package dev.chatmultischema.stream;

/**
 * Whether something may have been missed, for all that is known; what was learnt before the last
 * doubt arose does not settle it.
 */
final class Doubts {

  private int raised = 1;
  private int settled;

  synchronized void raise() {
    raised++;
  }

  /** To be called before asking, and given to {@link #settle} with the answer. */
  synchronized int present() {
    return raised;
  }

  synchronized void settle(int present) {
    settled = Math.max(settled, present);
  }

  synchronized boolean any() {
    return settled != raised;
  }
}
