package dev.chatmultischema.message;

/** How many rows a page has at most. */
public record Limit(int value) {

  public static final int MAX = 500;

  public Limit {
    if (value < 1 || value > MAX) {
      throw new IllegalArgumentException("must be a whole number from 1 to " + MAX);
    }
  }

  /**
   * @throws IllegalArgumentException if it is not a whole number from 1 to {@value #MAX}
   */
  public static Limit fromString(String text) {
    try {
      return new Limit(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a whole number from 1 to " + MAX, e);
    }
  }

  int plusOne() {
    return value + 1;
  }
}
