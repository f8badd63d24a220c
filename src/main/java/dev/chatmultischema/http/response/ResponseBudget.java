package dev.chatmultischema.http.response;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/**
 * Bounds the bytes of memory that all responses of this node take together, from before their data
 * is read until the client has taken them.
 */
public final class ResponseBudget {

  /** Who comes first gets this part of what is left at most, so that something is left. */
  private static final int PART = 8;

  private final long maxBytes;
  private final AtomicLong held = new AtomicLong();

  public ResponseBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Bytes held now. */
  public long held() {
    return held.get();
  }

  /**
   * Reserves bytes for the response to a request until that is complete, however it ends: as many
   * as wanted, or fewer when little is left.
   *
   * @param least what the response cannot do without
   * @throws Overloaded if not even the least is left
   */
  public Reservation reserve(HttpServletRequest request, long least, long wanted) {
    var reservation = new Reservation(grant(least, wanted));
    Request.addCompletionListener(
        ServletContextRequest.getServletContextRequest(request), failure -> reservation.release());
    return reservation;
  }

  private long grant(long least, long wanted) {
    while (true) {
      long before = held.get();
      long left = maxBytes - before;
      long granted = Math.max(least, Math.min(wanted, left / PART));
      if (granted > left) {
        throw new Overloaded();
      }
      if (held.compareAndSet(before, before + granted)) {
        return granted;
      }
    }
  }

  /** Bytes that one response may hold. */
  public final class Reservation {
    private long bytes;
    private boolean released;

    private Reservation(long bytes) {
      this.bytes = bytes;
    }

    public synchronized long bytes() {
      return bytes;
    }

    /** Corrects it to what turned out to be held. */
    public synchronized void set(long actual) {
      if (!released) {
        held.addAndGet(actual - bytes);
        bytes = actual;
      }
    }

    /**
     * Adds bytes to it.
     *
     * @throws Overloaded if so many are not left
     */
    public synchronized void add(long more) {
      if (!released) {
        bytes += grant(more, more);
      }
    }

    private synchronized void release() {
      if (!released) {
        released = true;
        held.addAndGet(-bytes);
      }
    }
  }
}
