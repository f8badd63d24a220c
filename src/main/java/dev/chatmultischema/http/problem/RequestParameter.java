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
   * Returns the value, or nothing if it is null or blank.
   *
   * @param parser throws {@link IllegalArgumentException} with words for the client where the text
   *     is no such value
   * @throws ProblemException 400 {@code invalid_parameter} with those words
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
   * Returns the only one of the values of a parameter, or null if there is none.
   *
   * @throws ProblemException 400 {@code invalid_parameter} if there are several
   */
  public static String single(String name, List<String> values) {
    if (values == null || values.isEmpty()) {
      return null;
    }
    if (values.size() > 1) {
      throw new ProblemException(Problem.invalidParameter(name, "must be given once"));
    }
    return values.get(0);
  }

  /**
   * Reads a number of any length in decimal ASCII digits; {@link Long#MAX_VALUE} stands for
   * everything beyond it.
   *
   * @throws IllegalArgumentException if the text has anything but digits, a sign included
   */
  public static long digits(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException(ANY_NUMBER);
    }
    var value = Longs.tryParse(text);
    return value == null ? Long.MAX_VALUE : value;
  }
}
