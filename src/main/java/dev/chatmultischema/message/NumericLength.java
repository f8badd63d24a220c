package dev.chatmultischema.message;

/**
 * Computes the length of a JSON number as PostgreSQL's {@code numeric} prints it: all digits, no
 * exponent (PostgreSQL manual, section 8.1.2).
 *
 * <p>The digits are only counted, so that refusing a number such as {@code 1e999999999} is cheap.
 */
final class NumericLength {

  /** The result for a number that {@code numeric} cannot hold. */
  static final int OUT_OF_RANGE = -1;

  /** The highest power of ten: {@code numeric} has up to 131,072 digits before the point. */
  private static final int MAX_POWER = 131_071;

  /** The highest number of digits after the decimal point. */
  private static final int MAX_SCALE = 16_383;

  /**
   * The highest exponent. PostgreSQL refuses larger ones for any digits, zero included; its
   * versions differ by one.
   */
  private static final int MAX_EXPONENT = Integer.MAX_VALUE / 2 - 1;

  private NumericLength() {}

  /**
   * Returns the number of characters of the printed form, or {@link #OUT_OF_RANGE} if {@code
   * numeric} cannot hold the number.
   *
   * @param number a number by the grammar of RFC 8259, section 6
   */
  static int of(String number) {
    int at = number.charAt(0) == '-' ? 1 : 0;
    int digits = 0;
    int digitsBeforePoint = -1;
    int firstNonZero = -1;
    long exponent = 0;
    for (; at < number.length(); at++) {
      char c = number.charAt(at);
      if (c == '.') {
        digitsBeforePoint = digits;
      } else if (c == 'e' || c == 'E') {
        exponent = exponent(number, at + 1);
        break;
      } else {
        if (c != '0' && firstNonZero < 0) {
          firstNonZero = digits;
        }
        digits++;
      }
    }
    if (digitsBeforePoint < 0) {
      digitsBeforePoint = digits;
    }
    boolean zero = firstNonZero < 0;
    long power = zero ? 0 : digitsBeforePoint - 1 - firstNonZero + exponent;
    long scale = Math.max(0, digits - digitsBeforePoint - exponent);
    if (Math.abs(exponent) > MAX_EXPONENT || power > MAX_POWER || scale > MAX_SCALE) {
      return OUT_OF_RANGE;
    }
    int sign = number.charAt(0) == '-' && !zero ? 1 : 0;
    long fraction = scale == 0 ? 0 : 1 + scale;
    return (int) (sign + Math.max(0, power) + 1 + fraction);
  }

  /** Parses an exponent; one beyond the range of {@code int} becomes {@link Integer#MAX_VALUE}. */
  private static long exponent(String number, int from) {
    char sign = number.charAt(from);
    long value = 0;
    for (int i = sign == '+' || sign == '-' ? from + 1 : from; i < number.length(); i++) {
      value = Math.min(value * 10 + number.charAt(i) - '0', Integer.MAX_VALUE);
    }
    return sign == '-' ? -value : value;
  }
}
