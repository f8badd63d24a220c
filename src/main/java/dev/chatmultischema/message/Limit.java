package dev.chatmultischema.message;

import com.google.common.primitives.Ints;

/** How many rows a page has at most. */
public record Limit(int value) {

  public static final int MAX = 500;

  /** For who names no limit. */
  public static final Limit DEFAULT = new Limit(50);

  public Limit {
    if (value < 1 || value > MAX) {
      throw new IllegalArgumentException("must be a whole number from 1 to " + MAX);
    }
  }

  /**
   * Reads ASCII digits.
   *
   * @throws IllegalArgumentException if it is not a whole number from 1 to {@value #MAX}
   */
  public static Limit fromString(String text) {
    var value = Ints.tryParse(text);
    return new Limit(value == null ? 0 : value);
  }
}
