package dev.chatmultischema.http.problem;

import com.google.common.primitives.Longs;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the text of query, header and path parameters by the same rules everywhere: white space
 * around a value is ignored, a blank value counts as absent, a repeated parameter is refused.
 */
public final class RequestParameter {

  private static final String ANY_NUMBER = "must be a whole number of at least 0";

  private RequestParameter() {}

  /**
   * Returns the value, or empty if the text is null or blank.
   *
   * @param parser throws {@link IllegalArgumentException} with a message for the client if the text
   *     is invalid
   * @throws ProblemException 400 {@code invalid_parameter} with the message of the parser
   */
  public static <T> Optional<T> read(String name, String text, Function<String, T> parser) {
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(text.strip()));
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.invalidParameter(name, e.getMessage()));
    }
  }

  /**
   * Returns the value of a parameter, or null if it has none.
   *
   * @throws ProblemException 400 {@code invalid_parameter} if the parameter is repeated
   */
  public static String single(String name, List<String> values) {
    requireSingle(name, values);
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  /**
   * Requires that a parameter has one value at most.
   *
   * @throws ProblemException 400 {@code invalid_parameter} if the parameter is repeated
   */
  static void requireSingle(String name, List<String> values) {
    if (values != null && values.size() > 1) {
      throw new ProblemException(Problem.invalidParameter(name, "must be given once"));
    }
  }

  /**
   * Parses a number of any length in decimal ASCII digits; returns {@link Long#MAX_VALUE} for
   * greater numbers.
   *
   * @throws IllegalArgumentException if the text contains a character other than a digit
   */
  public static long digits(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException(ANY_NUMBER);
    }
    var value = Longs.tryParse(text);
    return value == null ? Long.MAX_VALUE : value;
  }
}
