package dev.chatmultischema.http.request;

import dev.chatmultischema.http.limits.ByteBudget;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** An array of bytes that grows up to a limit, and only as far as a budget allows. */
final class GrowingBytes {

  private static final int FIRST_CAPACITY = 4 * 1024;

  private final int limit;
  private final int expected;
  private final ByteBudget.Reservation reservation;
  private byte[] bytes = new byte[0];
  private int length;

  /**
   * @param limit bytes at most
   * @param expected bytes that are announced, or -1; they are allocated only once a good part of
   *     them has come
   */
  GrowingBytes(int limit, long expected, ByteBudget.Reservation reservation) {
    this.limit = limit;
    this.expected = (int) Math.min(limit, expected);
    this.reservation = reservation;
  }

  /** More bytes than may be held. */
  static final class TooMany extends Exception {

    private static final long serialVersionUID = 1;
    private final boolean budgetSpent;

    private TooMany(boolean budgetSpent) {
      super(budgetSpent ? "the budget is spent" : "the limit is exceeded", null, false, false);
      this.budgetSpent = budgetSpent;
    }

    /** True where others hold the memory at present, false where the limit is exceeded. */
    boolean budgetSpent() {
      return budgetSpent;
    }
  }

  void append(ByteBuffer more) throws TooMany {
    int count = more.remaining();
    makeSpace(count);
    more.get(bytes, length, count);
    length += count;
  }

  void append(byte[] more, int from, int count) throws TooMany {
    append(ByteBuffer.wrap(more, from, count));
  }

  private void makeSpace(int count) throws TooMany {
    if (count > limit - length) {
      throw new TooMany(false);
    }
    int needed = length + count;
    if (needed > bytes.length) {
      int capacity = Math.max(needed, capacityAfter(needed));
      if (!reservation.tryReserve(capacity - bytes.length)) {
        throw new TooMany(true);
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
