package dev.chatmultischema.stream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Decides when a client reads too slowly.
 *
 * <p>One that was live is cut once the log, which is bounded, has left behind what it has to take,
 * and it takes nothing of it, or too little to be back in time. One that reads history, and never
 * was live, does so in its own time, unless it takes nothing for very long.
 */
final class Lag {

  private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long CATCH_UP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final long patienceNanos;
  private boolean live;
  private boolean behind;
  private long behindSince;

  /**
   * @param patience how long any client may take nothing
   */
  Lag(Duration patience) {
    this.patienceNanos = patience.toNanos();
  }

  /** Notes that all that the client has not got yet is in the log. */
  void inLog() {
    live = true;
    behind = false;
  }

  /** Notes that the log has left the client behind. */
  void behindLog(long now) {
    if (!behind) {
      behind = true;
      behindSince = now;
    }
  }

  /** Whether the client is cut, given how long it has taken nothing. */
  boolean tooMuch(long blockedNanos, long now) {
    return blockedNanos >= patienceNanos
        || (live && behind && (blockedNanos >= STALL_NANOS || now - behindSince >= CATCH_UP_NANOS));
  }
}
