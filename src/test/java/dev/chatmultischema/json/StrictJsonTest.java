package dev.chatmultischema.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.message.Content;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StrictJsonTest {

  private static final UUID ID = UUID.fromString("0190a5c4-7c1e-7d4f-8a51-0a2b3c4d5e6f");

  enum Colour {
    @JsonProperty("red")
    RED,
    GREEN
  }

  @JsonSnakeCase
  record Form(
      String fullName,
      Integer workers,
      boolean active,
      UUID id,
      Colour colour,
      List<String> tags) {}

  record Counter(int value) {}

  @JsonSnakeCase
  record Event(Instant createdAt, Content content) {}

  private final ObjectMapper json = StrictJson.mapper();

  @Test
  void readsValuesOfTheRightType() throws JsonProcessingException {
    var form =
        json.readValue(
            """
            {"full_name": "", "workers": 3, "active": true, "id": "%s", "colour": "red",
             "tags": ["a"]}
            """
                .formatted(ID),
            Form.class);

    assertEquals(new Form("", 3, true, ID, Colour.RED, List.of("a")), form);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'surprise': 1}",
        "{'full_name': 5}",
        "{'full_name': true}",
        "{'full_name': 1.5}",
        "{'full_name': {}}",
        "{'workers': '3'}",
        "{'workers': ''}",
        "{'workers': 3.0}",
        "{'workers': 3.7}",
        "{'workers': true}",
        "{'workers': 99999999999}",
        "{'active': 'true'}",
        "{'active': 1}",
        "{'active': null}",
        "{'id': ''}",
        "{'id': 5}",
        "{'id': '0'}",
        "{'id': 'AAAAAAAAAAAAAAAAAAAAAA=='}",
        "{'colour': 0}",
        "{'colour': ''}",
        "{'colour': 'blue'}",
        "{'colour': 'RED'}",
        "{'tags': 'a'}",
        "{'tags': [1]}",
        "{'workers': 3} {}",
        "{'workers': 3} x",
        "[]",
        "'text'",
        "''",
        "5"
      })
  void convertsNoTypes(String text) {
    // With the required field, so that only the other field can be refused.
    var form = text.replace("{'", "{'active': true, '").replace('\'', '"');
    assertThrows(JsonProcessingException.class, () -> json.readValue(form, Form.class));
  }

  @Test
  void acceptsTheFormFromWhichOthersDifferInOneField() throws JsonProcessingException {
    assertEquals(3, json.readValue("{\"active\": true, \"workers\": 3}", Form.class).workers());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'value': null}", "{'value': '1'}", "{'value': 1.5}", "{'value': 1e2}"})
  void convertsNoPrimitives(String text) {
    assertThrows(
        JsonProcessingException.class,
        () -> json.readValue(text.replace('\'', '"'), Counter.class));
  }

  @Test
  void writesTimesAsIso8601InUtc() throws JsonProcessingException {
    var event = new Event(Instant.parse("2026-01-02T03:04:05.678Z"), new Content("{}"));

    assertEquals(
        "{\"created_at\":\"2026-01-02T03:04:05.678Z\",\"content\":{}}",
        json.writeValueAsString(event));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000999Z", "2026-01-02T03:04:05.0Z"})
  void writesMillisecondsAlsoIfZero(String time) throws JsonProcessingException {
    assertEquals(
        "{\"created_at\":\"2026-01-02T03:04:05.000Z\",\"content\":{}}",
        json.writeValueAsString(new Event(Instant.parse(time), new Content("{}"))));
  }

  @Test
  void acceptsContentFilledByOneNumber() throws JsonProcessingException {
    var number = "9".repeat(Content.MAX_BYTES - 6);
    var text = "{\"content\":{\"n\":%s}}".formatted(number);

    assertTrue(json.readValue(text, Event.class).content().json().contains(number));
  }
}
