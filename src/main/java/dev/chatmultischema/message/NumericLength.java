package dev.chatmultischema.message;

/**
 * Measures a number of JSON as PostgreSQL's {@code numeric} keeps it and writes it out: all its
 * digits, without an exponent (PostgreSQL manual, section 8.1.2).
 *
 * <p>It only counts digits, so that a number such as {@code 1e999999999} costs nothing to refuse.
 */
final class NumericLength {

  static final int OUT_OF_RANGE = -1;

  /** The power of ten of the first digit: up to 131,072 digits before the decimal point. */
  private static final int MAX_POWER = 131_071;

  /** Digits after the decimal point. */
  private static final int MAX_SCALE = 16_383;

  /**
   * PostgreSQL refuses larger exponents without a look at the digits, those of zero among them;
   * versions differ by one.
   */
  private static final int MAX_EXPONENT = Integer.MAX_VALUE / 2 - 1;

  private NumericLength() {}

  /**
   * How many characters a number has that is written out, or {@link #OUT_OF_RANGE} if PostgreSQL
   * cannot keep it.
   *
   * @param number as the grammar of RFC 8259, section 6, has it
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

  /** The exponent, or one that is beyond the bound as well where it has too many digits. */
  private static long exponent(String number, int from) {
    char sign = number.charAt(from);
    long value = 0;
    for (int i = sign == '+' || sign == '-' ? from + 1 : from; i < number.length(); i++) {
      value = Math.min(value * 10 + number.charAt(i) - '0', Integer.MAX_VALUE);
    }
    return sign == '-' ? -value : value;
  }
}
