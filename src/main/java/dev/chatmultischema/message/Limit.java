package dev.chatmultischema.message;

import com.google.common.primitives.Ints;

/** Limits the number of rows of a page: 1 to {@value #MAX}. */
public record Limit(int value) {

  public static final int MAX = 500;

  /** The limit of requests without a {@code limit} parameter. */
  public static final Limit DEFAULT = new Limit(50);

  public Limit {
    if (value < 1 || value > MAX) {
      throw new IllegalArgumentException("must be a whole number from 1 to " + MAX);
    }
  }

  /**
   * Parses decimal ASCII digits.
   *
   * @throws IllegalArgumentException if the text is not a whole number from 1 to {@value #MAX}
   */
  public static Limit fromString(String text) {
    var value = Ints.tryParse(text);
    return new Limit(value == null ? 0 : value);
  }
}
