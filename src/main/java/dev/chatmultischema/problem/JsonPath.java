package dev.chatmultischema.problem;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.UUID;

/** Says in the terms of the JSON sent, not of the Java reading it, what was wrong and where. */
final class JsonPath {

  private JsonPath() {}

  /** The place of the fault, as in {@code messages[3].content}; {@code body} for the whole. */
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

  static String complaint(JsonMappingException exception) {
    if (exception instanceof UnrecognizedPropertyException) {
      return "is not a known field";
    }
    if (exception instanceof MismatchedInputException mismatch) {
      return "must be " + expected(mismatch.getTargetType());
    }
    return exception.getOriginalMessage();
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
