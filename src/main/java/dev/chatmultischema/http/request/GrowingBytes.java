package dev.chatmultischema.http.request;

import dev.chatmultischema.http.limits.ByteBudget;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A byte array that grows up to a limit and within the reservation of a budget. */
final class GrowingBytes {

  private static final int FIRST_CAPACITY = 4 * 1024;

  private final int limit;
  private final int expected;
  private final ByteBudget.Reservation reservation;
  private byte[] bytes = new byte[0];
  private int length;

  /**
   * @param limit the maximum length in bytes
   * @param expected the announced length, or -1; allocated only once a quarter of it has arrived
   */
  GrowingBytes(int limit, long expected, ByteBudget.Reservation reservation) {
    this.limit = limit;
    this.expected = (int) Math.min(limit, expected);
    this.reservation = reservation;
  }

  /** The limit or the budget is exceeded. */
  static final class LimitExceeded extends Exception {

    private static final long serialVersionUID = 1;
    private final boolean budgetSpent;

    private LimitExceeded(boolean budgetSpent) {
      super(budgetSpent ? "the budget is spent" : "the limit is exceeded", null, false, false);
      this.budgetSpent = budgetSpent;
    }

    /** Returns whether the budget is exceeded; if not, the limit is. */
    boolean budgetSpent() {
      return budgetSpent;
    }
  }

  void append(ByteBuffer more) throws LimitExceeded {
    int count = more.remaining();
    ensureCapacity(count);
    more.get(bytes, length, count);
    length += count;
  }

  void append(byte[] more, int from, int count) throws LimitExceeded {
    append(ByteBuffer.wrap(more, from, count));
  }

  private void ensureCapacity(int count) throws LimitExceeded {
    if (count > limit - length) {
      throw new LimitExceeded(false);
    }
    int needed = length + count;
    if (needed > bytes.length) {
      int capacity = Math.max(needed, capacityAfter(needed));
      if (!reservation.tryReserve(capacity - bytes.length)) {
        throw new LimitExceeded(true);
      }
      bytes = Arrays.copyOf(bytes, capacity);
    }
  }

  private int capacityAfter(int needed) {
    if (expected >= needed && expected / 4 <= Math.max(needed, FIRST_CAPACITY)) {
      return expected;
    }
    return (int) Math.min(limit, Math.max(FIRST_CAPACITY, 2L * bytes.length));
  }

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }
}
