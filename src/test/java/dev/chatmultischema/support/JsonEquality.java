package dev.chatmultischema.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.Comparator;

/**
 * Equality of JSON texts as RFC 8259 means it: numbers by their exact value, objects without regard
 * to the order of names, and of a repeated name the last value.
 */
public final class JsonEquality {

  /** The content of a message may have numbers and names of any length. */
  static final JsonFactory ANY_LENGTH =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final JsonMapper EXACT =
      JsonMapper.builder(ANY_LENGTH.copy())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final Comparator<JsonNode> BY_VALUE =
      (one, other) -> {
        if (one.isNumber() && other.isNumber()) {
          return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
      };

  private JsonEquality() {}

  public static JsonNode read(String json) {
    try {
      return EXACT.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void assertEqual(String actual, String expected) {
    assertEqual(read(actual), read(expected));
  }

  public static void assertEqual(JsonNode actual, JsonNode expected) {
    assertThat(expected.equals(BY_VALUE, actual))
        .as("%s is equal to %s".formatted(actual, expected))
        .isTrue();
  }
}
