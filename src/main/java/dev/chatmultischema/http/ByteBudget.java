package dev.chatmultischema.http;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes that requests or responses hold in memory: all together, and for each owner, so
 * that no owner can hold everything.
 */
public final class ByteBudget {

  private final long total;
  private final long share;
  private final AtomicLong reserved = new AtomicLong();
  private final ConcurrentHashMap<Object, Long> reservedByOwner = new ConcurrentHashMap<>();

  /**
   * @param total bytes that all owners together may reserve
   * @param share bytes that one owner may reserve
   */
  ByteBudget(long total, long share) {
    this.total = total;
    this.share = share;
  }

  /** Opens an account without any bytes reserved. */
  public Account open(Object owner) {
    return new Account(owner);
  }

  /** Bytes that are reserved at present. */
  long reserved() {
    return reserved.get();
  }

  private boolean tryReserve(Object owner, long bytes) {
    if (reserved.addAndGet(bytes) > total) {
      reserved.addAndGet(-bytes);
      return false;
    }
    if (reservedByOwner.merge(owner, bytes, Long::sum) > share) {
      release(owner, bytes);
      return false;
    }
    return true;
  }

  private void release(Object owner, long bytes) {
    reserved.addAndGet(-bytes);
    reservedByOwner.computeIfPresent(
        owner, (same, held) -> held == bytes ? null : Long.valueOf(held - bytes));
  }

  /** The bytes of one request or response. Not for use by several threads at once. */
  public final class Account {

    private Object owner;
    private long held;

    private Account(Object owner) {
      this.owner = owner;
    }

    /** Reserves more bytes; false, and nothing changed, where the budget or the share is spent. */
    public boolean tryReserve(long bytes) {
      if (!ByteBudget.this.tryReserve(owner, bytes)) {
        return false;
      }
      held += bytes;
      return true;
    }

    /** Charges the bytes to another owner; false, and nothing changed, where its share is spent. */
    public boolean tryTransfer(Object newOwner) {
      if (newOwner.equals(owner)) {
        return true;
      }
      if (reservedByOwner.merge(newOwner, held, Long::sum) > share) {
        reservedByOwner.computeIfPresent(
            newOwner, (same, all) -> all == held ? null : Long.valueOf(all - held));
        return false;
      }
      long moved = held;
      reservedByOwner.computeIfPresent(
          owner, (same, all) -> all == moved ? null : Long.valueOf(all - moved));
      owner = newOwner;
      return true;
    }

    /** Releases some of the reserved bytes. */
    public void release(long bytes) {
      ByteBudget.this.release(owner, bytes);
      held -= bytes;
    }

    /** Releases all that is reserved; may be called more than once. */
    public void close() {
      if (held > 0) {
        release(held);
      }
    }
  }
}
