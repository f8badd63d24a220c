package dev.chatmultischema.http.limits;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/**
 * Bounds the bytes that requests or responses hold in memory: in total, and for each key (a tenant,
 * a user, an address), so that no key can hold the total.
 */
public final class ByteBudget {

  /** An elastic reservation gets at most this part of the free bytes, so that some stay free. */
  private static final int ELASTIC_PART = 8;

  private final long total;
  private final long share;
  private final AtomicLong reserved = new AtomicLong();
  private final ConcurrentHashMap<Object, Long> reservedByKey = new ConcurrentHashMap<>();

  /**
   * @param total bytes that may be reserved for all keys together
   * @param share bytes that may be reserved for one key
   */
  public ByteBudget(long total, long share) {
    this.total = total;
    this.share = share;
  }

  /** Returns a reservation of no bytes yet, whose bytes count towards the share of a key. */
  public Reservation open(Object key) {
    return new Reservation(key);
  }

  /** Returns the bytes that are reserved at present. */
  public long reserved() {
    return reserved.get();
  }

  private boolean tryAdd(Object key, long bytes) {
    if (reserved.addAndGet(bytes) > total) {
      reserved.addAndGet(-bytes);
      return false;
    }
    if (addToKey(key, bytes) > share) {
      add(key, -bytes);
      return false;
    }
    return true;
  }

  private void add(Object key, long bytes) {
    reserved.addAndGet(bytes);
    addToKey(key, bytes);
  }

  private long addToKey(Object key, long bytes) {
    if (share >= total) {
      return bytes;
    }
    // Keys without bytes are removed: there is no bound on the number of keys.
    var sum =
        reservedByKey.merge(
            key, bytes, (before, more) -> before + more == 0 ? null : Long.valueOf(before + more));
    return sum == null ? 0 : sum;
  }

  /** The bytes of one request or response. */
  public final class Reservation implements AutoCloseable {

    private Object key;
    private long held;
    private boolean closed;

    private Reservation(Object key) {
      this.key = key;
    }

    /** Returns the bytes that are reserved at present. */
    public synchronized long bytes() {
      return held;
    }

    /** Reserves more bytes; returns false, and reserves none, if total or share is exceeded. */
    public synchronized boolean tryReserve(long bytes) {
      if (bytes == 0 || closed) {
        return true;
      }
      if (!tryAdd(key, bytes)) {
        return false;
      }
      held += bytes;
      return true;
    }

    /**
     * Reserves the bytes preferred, or fewer while few are free, and returns their number.
     *
     * @throws Overloaded if fewer than {@code least} are free
     */
    public synchronized long reserve(long least, long preferred) {
      while (true) {
        long free = total - reserved.get();
        long bytes = Math.max(least, Math.min(preferred, free / ELASTIC_PART));
        if (tryReserve(bytes)) {
          return bytes;
        }
        if (bytes == least) {
          throw new Overloaded("other responses take all the memory, try again");
        }
      }
    }

    /** Sets the bytes to the number that is actually held, even beyond the limits. */
    public synchronized void set(long actual) {
      if (!closed && actual != held) {
        add(key, actual - held);
        held = actual;
      }
    }

    /** Moves the bytes to another key; returns false, and moves none, if its share is exceeded. */
    public synchronized boolean tryTransfer(Object newKey) {
      if (newKey.equals(key) || held == 0) {
        key = newKey;
        return true;
      }
      if (addToKey(newKey, held) > share) {
        addToKey(newKey, -held);
        return false;
      }
      addToKey(key, -held);
      key = newKey;
      return true;
    }

    /** Releases some of the bytes. */
    public synchronized void release(long bytes) {
      set(held - bytes);
    }

    /** Releases all bytes for good: further calls reserve nothing. */
    @Override
    public synchronized void close() {
      set(0);
      closed = true;
    }

    /** Closes this reservation when the response to a request is complete, however it ends. */
    public Reservation closeAfter(HttpServletRequest request) {
      Request.addCompletionListener(
          ServletContextRequest.getServletContextRequest(request), failure -> close());
      return this;
    }
  }
}
