package dev.chatmultischema.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.json.StrictJson;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactJsonTest {

  private static final String[] PIECES = {
    "{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\"a\":", "\"é😀\"", "\\", "\\u0000", "\n", " ",
    "0", "1", "-", "-0", "12.50", ".", "e5", "true", "false", "null", "nul", "\u0000", "\u007f"
  };

  private final ObjectMapper parser = StrictJson.mapper();

  private static boolean isObject(String text) {
    return CompactJson.isObject(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"n\":0,\"text\":\"xé😀/\u007f\u2028\"}",
        "{\"a\":[],\"b\":{\"c\":[true,false,null,{}]}}",
        "{\"a\":-1.50,\"a\":[10,-0,0.0]}"
      })
  void recognizesObjectsThatTheParserWritesUnchanged(String text) throws IOException {
    assertThat(isObject(text)).isTrue();
    assertThat(parser.readValue(text, Content.class).json()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}1",
        "{} ",
        "[]",
        "\"a\"",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":-}",
        "{\"a\":1e5}",
        "{\"a\":tru}",
        "{\"a\":[1,]}",
        "{\"a\":[1}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\u0000\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"b}"
      })
  void leavesOtherTextsToTheParser(String text) {
    assertThat(isObject(text)).isFalse();
  }

  @Test
  void leavesLongNumbersAndDeepObjectsToTheParser() {
    assertThat(isObject("{\"a\":" + "1".repeat(64) + "}")).isTrue();
    assertThat(isObject("{\"a\":" + "1".repeat(65) + "}")).isFalse();
    assertThat(isObject("{\"a\":".repeat(64) + "1" + "}".repeat(64))).isTrue();
    assertThat(isObject("{\"a\":".repeat(65) + "1" + "}".repeat(65))).isFalse();
  }

  /** Every text of random pieces that is recognized is one that the parser writes unchanged. */
  @Test
  void agreesWithTheParserOnRandomTexts() throws IOException {
    var random = new Random(1);
    int recognized = 0;
    for (int i = 0; i < 300_000; i++) {
      var text = new StringBuilder("{\"a\":");
      for (int pieces = random.nextInt(6); pieces >= 0; pieces--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      var json = text.append('}').toString();
      if (isObject(json)) {
        recognized++;
        assertThat(parser.readValue(json, Content.class).json()).isEqualTo(json);
      }
    }
    assertThat(recognized).isGreaterThan(1_000);
  }
}
