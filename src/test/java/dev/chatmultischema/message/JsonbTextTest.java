package dev.chatmultischema.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonbTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                | {}
          {"a": 1}                          | {"a":1}
          {"a": [1, 2, {"b": null}], "c": ""} | {"a":[1,2,{"b":null}],"c":""}
          {"a: b": "c, d"}                  | {"a: b":"c, d"}
          {"a\\": b": "\\\\", "c": "\\" , "} | {"a\\": b":"\\\\","c":"\\" , "}
          {"é 😀": " 😀 "}                  | {"é 😀":" 😀 "}
          """)
  void dropsSpacesOutsideStringsOnly(String text, String compact) {
    assertThat(JsonbText.compact(text.getBytes(UTF_8))).isEqualTo(compact);
  }
}
