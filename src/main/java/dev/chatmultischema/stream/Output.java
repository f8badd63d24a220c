package dev.chatmultischema.stream;

import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.HttpOutput;

/**
 * A response that is written piece by piece and never waited for; one thread at a time may use it.
 *
 * <p>It is Jetty's own class, since only that writes a buffer as it is, at once: the servlet API
 * has it copied, and the copy's memory kept for as long as the response.
 */
final class Output {

  private final AsyncContext async;
  private final HttpOutput out;

  // The container says when the first write is possible.
  private boolean blocked = true;
  private long blockedSince = System.nanoTime();

  Output(AsyncContext async, HttpOutput out) {
    this.async = async;
    this.out = out;
  }

  /** Whether the client has not taken yet what was written before. */
  boolean blocked() {
    return blocked;
  }

  /** How long a blocked client has taken nothing, in nanoseconds. */
  long blockedFor(long now) {
    return now - blockedSince;
  }

  /** Notes that the container says that a write is possible again. */
  void unblock() {
    blocked = false;
  }

  /** Whether a write is possible; if not, the container will say when. */
  boolean ready() {
    if (!blocked && !out.isReady()) {
      blocked = true;
      blockedSince = System.nanoTime();
    }
    return !blocked;
  }

  /** Writes what must never change afterwards; to be called when {@link #ready} only. */
  void write(ByteBuffer bytes) throws IOException {
    out.write(bytes);
  }

  /**
   * Ends the response after a last piece. If the client has not taken what was written before, the
   * connection is broken instead.
   */
  void end(ByteBuffer farewell) throws IOException {
    try {
      if (farewell.hasRemaining() && ready()) {
        out.write(farewell);
      }
    } finally {
      async.complete();
    }
  }

  @Override
  public String toString() {
    return blocked
        ? "blocked for %d ms"
            .formatted(TimeUnit.NANOSECONDS.toMillis(blockedFor(System.nanoTime())))
        : "not blocked";
  }
}
