package dev.chatmultischema.console;

import com.google.common.primitives.Longs;
import dev.chatmultischema.http.problem.RequestParameter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;

/** Reads whole numbers from the query of a request. */
final class NumberParameter {

  private static final int MAX_LIMIT = 100;
  private static final int DEFAULT_LIMIT = 50;

  private NumberParameter() {}

  /** Returns the parameter {@code limit} of a list: 1 to 100, 50 if it is absent. */
  static int limit(HttpServletRequest request) {
    return (int) read(request, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
  }

  /**
   * Returns a parameter, or a default if it is absent.
   *
   * @throws dev.chatmultischema.http.problem.ProblemException 400 if it is no number from {@code
   *     min} to {@code max}
   */
  static long read(HttpServletRequest request, String name, long min, long max, long absent) {
    return RequestParameter.read(name, request.getParameter(name), text -> parse(text, min, max))
        .orElse(absent);
  }

  private static long parse(String text, long min, long max) {
    var number = Longs.tryParse(text);
    if (number == null || number < min || number > max) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "must be a number from %d to %d", min, max));
    }
    return number;
  }
}
