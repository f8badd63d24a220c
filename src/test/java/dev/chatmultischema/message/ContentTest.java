package dev.chatmultischema.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTest {

  private static Content parse(String text) throws InvalidContent {
    return Content.parse(text.getBytes(UTF_8));
  }

  private static void assertInvalid(byte[] body, String message) {
    assertThatThrownBy(() -> Content.parse(body))
        .isInstanceOf(InvalidContent.class)
        .hasMessageStartingWith(message);
  }

  private static void assertInvalid(String text, String message) {
    assertInvalid(text.getBytes(UTF_8), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                        | {}
          { "a" : [ 1 , -2.50e+3 , true , null ] }  | {"a":[1,-2.50e+3,true,null]}
          {"b":{"c":false},"a":""}                  | {"b":{"c":false},"a":""}
          {"a":1,"a":2}                             | {"a":1,"a":2}
          {"é":"😀"}                                | {"é":"😀"}
          """)
  void removesWhiteSpaceAndKeepsTheRest(String text, String json) throws InvalidContent {
    assertThat(parse(text)).isEqualTo(new Content(json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "\"text\"", "1", "null", "true"})
  void mustBeAnObject(String text) {
    assertInvalid(text, "must be a JSON object");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{} {}", "{}1", "{}]"})
  void mustEndAfterTheObject(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(InvalidContent.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"a\":", "{\"a\":01}", "{'a':1}", "{\"a\":NaN}", "{\"a\":1,}"})
  void mustBeValidJson(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(InvalidContent.class);
  }

  @Test
  void mustBeUtf8() {
    assertInvalid("{\"a\":\"\u00E9\"}".getBytes(ISO_8859_1), "is not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":\"\\u0000\"}", "{\"\\u0000\":1}", "{\"a\":[\"x\\u0000y\"]}"})
  void mustNotHoldNul(String text) {
    assertInvalid(text, "must not hold \\u0000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\\ud83d\"}",
        "{\"a\":\"\\ude00\"}",
        "{\"a\":\"\\ude00\\ud83d\"}",
        "{\"a\":\"\\ud83dx\"}"
      })
  void mustNotHoldALoneSurrogate(String text) {
    assertInvalid(text, "must not hold a lone surrogate");
  }

  @Test
  void mustNotHoldALoneSurrogateInAName() {
    assertThatThrownBy(() -> parse("{\"\\ud83d\":1}")).isInstanceOf(InvalidContent.class);
    assertThatThrownBy(() -> parse("{\"\\ude00\":1}")).isInstanceOf(InvalidContent.class);
  }

  @Test
  void mayHoldASurrogatePair() throws InvalidContent {
    assertThat(parse("{\"a\":\"\\ud83d\\ude00\"}")).isEqualTo(new Content("{\"a\":\"😀\"}"));
  }

  @Test
  void mustNotHoldANumberOutOfRange() {
    assertInvalid("{\"a\":1e999999999}", "must not hold a number with more than 131072 digits");
    assertInvalid("{\"a\":1e-16384}", "must not hold a number with more than 131072 digits");
  }

  @Test
  void hasAtMostSixtyFourKibibytes() throws InvalidContent {
    int free = Content.MAX_BYTES - "{\"a\":\"\"}".length();
    assertThat(parse("{\"a\":\"%s\"}".formatted("x".repeat(free))).json())
        .hasSize(Content.MAX_BYTES);
    assertInvalid(
        "{\"a\":\"%s\"}".formatted("x".repeat(free + 1)), "must have at most 65536 bytes");
    assertInvalid(
        "{\"a\":\"%s\"}".formatted("\u00E9".repeat(free / 2 + 1)), "must have at most 65536 bytes");
  }

  @Test
  void doesNotCountWhiteSpace() throws InvalidContent {
    assertThat(parse("{" + " ".repeat(Content.MAX_BYTES) + "}")).isEqualTo(new Content("{}"));
  }

  @Test
  void countsNumbersAsPostgresqlPrintsThem() throws InvalidContent {
    int digits = Content.MAX_BYTES - "{\"n\":}".length();
    assertThat(parse("{\"n\":1e%d}".formatted(digits - 1)).json()).hasSizeLessThan(20);
    assertInvalid(
        "{\"n\":1e%d}".formatted(digits),
        "must have at most 65536 bytes with its numbers written out");
  }

  @Test
  void removesTheSpacesOfJsonb() {
    assertThat(Content.ofJsonb("{\"a\": [1, 2], \"b\": \"c, d\"}".getBytes(UTF_8)))
        .isEqualTo(new Content("{\"a\":[1,2],\"b\":\"c, d\"}"));
  }
}
