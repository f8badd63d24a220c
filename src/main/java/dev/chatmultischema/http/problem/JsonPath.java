package dev.chatmultischema.http.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.google.common.base.Strings;
import com.google.common.base.Throwables;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** Describes errors of Jackson in terms of the JSON that was sent, without names of Java types. */
final class JsonPath {

  private static final String JACKSON = "com.fasterxml.jackson.";

  /** Matches names of packages, classes and methods, as in {@code `StreamReadFeature.X`}. */
  private static final Pattern JAVA =
      Pattern.compile("`|\\[Source|java\\.|com\\.fasterxml|\\b[A-Z][a-z]+[A-Z]\\w*[.#(]");

  private JsonPath() {}

  /** Returns the path of the value, as in {@code messages[3].content}, or {@code body}. */
  static String of(JsonMappingException exception) {
    var path = new StringBuilder();
    for (var reference : exception.getPath()) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.isEmpty() ? "body" : path.toString();
  }

  /** Returns the rule that a value of well-formed JSON violates. */
  static String message(JsonMappingException exception) {
    if (exception instanceof UnrecognizedPropertyException) {
      return "is not a known field";
    }
    if (exception instanceof MismatchedInputException mismatch) {
      return "must be " + expected(mismatch.getTargetType());
    }
    if (isJacksonText(exception)) {
      return "is not valid";
    }
    return exception.getOriginalMessage();
  }

  /** Returns whether the text is Jackson's own, which names Java types and methods. */
  private static boolean isJacksonText(JsonMappingException exception) {
    var type = exception.getClass();
    return (type != JsonMappingException.class && type.getName().startsWith(JACKSON))
        || JAVA.matcher(Strings.nullToEmpty(exception.getOriginalMessage())).find();
  }

  /**
   * Returns whether an object has a name twice, of which one value would be read and another might
   * be checked by another program (RFC 8259, section 4).
   */
  static boolean isRepeated(JsonProcessingException exception) {
    return Throwables.getRootCause(exception) instanceof StreamReadException error
        && Strings.nullToEmpty(error.getOriginalMessage()).startsWith("Duplicate field");
  }

  /**
   * Returns the syntax error of a text that is not JSON, without the Java names that Jackson adds.
   */
  static String message(JsonProcessingException exception) {
    var location = exception.getLocation();
    var place =
        location == null || location.getLineNr() < 1
            ? ""
            : String.format(
                Locale.ROOT, " (line %d, column %d)", location.getLineNr(), location.getColumnNr());
    var reason =
        Strings.nullToEmpty(exception.getOriginalMessage())
            .replaceAll("(?s), from `[^`]*`", "")
            .replaceAll("(?s)\\s*\\(?start marker at \\[Source.*", "")
            .strip();
    return (reason.isEmpty() || JAVA.matcher(reason).find() ? "the body is not JSON" : reason)
        + place;
  }

  private static String expected(Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    if (type == UUID.class) {
      return "a UUID";
    }
    if (type == String.class) {
      return "a string";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "true or false";
    }
    if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
      return "a whole number in range";
    }
    if (type.isEnum()) {
      return "one of the documented values";
    }
    return Iterable.class.isAssignableFrom(type) ? "an array" : "an object";
  }
}
