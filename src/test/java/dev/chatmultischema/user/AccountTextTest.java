package dev.chatmultischema.user;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountTextTest {

  @ParameterizedTest
  @CsvSource({
    "Ann@Example.COM, ann@example.com",
    "JÖRG@exämple.com, jörg@exämple.com",
    "jo\u0308rg@example.com, jörg@example.com",
    "I@example.com, i@example.com",
    "\u212Bsa@example.com, åsa@example.com"
  })
  void normalizesAddresses(String written, String stored) {
    assertThat(AccountText.email(written)).isEqualTo(stored);
    assertThat(AccountText.email(stored)).isEqualTo(stored);
    assertThat(AccountText.isEmail(written)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "an\u200Bn@example.com", // zero-width space
        "an\u200Cn@example.com",
        "an\u200Dn@example.com",
        "an\u00ADn@example.com", // soft hyphen
        "an\u2060n@example.com", // word joiner
        "\uFEFFann@example.com", // byte order mark
        "ann\u202E@example.com", // right-to-left override
        "ann\u2066@example.com", // isolate
        "an\u034Fn@example.com", // combining grapheme joiner
        "ann\uFE0F@example.com", // variation selector
        "ann\uDB40\uDD00@example.com", // variation selector 17
        "ann\uDB40\uDC61@example.com", // tag
        "\u3164@example.com", // Hangul filler
        "ann\u2800@example.com", // blank Braille pattern
        "ann\uE000@example.com", // private use
        "ann\u0378@example.com", // unassigned
        "ann\uFFFD@example.com",
        "ann\u0000@example.com",
        "ann\u00A0@example.com",
        "ann\uD83D@example.com",
        "\uFF41nn@example.com", // full width
        "\uD835\uDC1Ann@example.com", // mathematical
        "a\uFB01x@example.com", // ligature
        "\u0430nn@example.com", // Cyrillic a
        "ann@ex\u0430mple.com",
        "\u03BFnn@example.com", // Greek o
        "\u0130nn@example.com", // lower case is i with a dot above
        "ann",
        "@example.com",
        "a@b@c"
      })
  void refusesConfusableAddresses(String email) {
    assertThat(AccountText.isEmail(email)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Zo\u00EB",
        "Zoe\u0308",
        "\u0418\u0432\u0430\u043D (Ivan)",
        "\u674E\u96F7",
        "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", // Persian with a non-joiner
        "\u0915\u094D\u200D\u0937", // Devanagari with a joiner
        "Team \uD83D\uDE80",
        "\u2764\uFE0F", // heart, as an emoji
        "\uD83D\uDC69\u200D\uD83D\uDCBB", // a woman at a computer
        "\uD83D\uDC69\uD83C\uDFFD\u200D\uD83D\uDCBB", // with a skin tone
        "O'Neil-Smith, Jr. & Sons"
      })
  void acceptsNamesInManyScripts(String name) {
    assertThat(AccountText.isName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\u3000",
        "\u200B",
        "\u3164",
        "An\u200Bn",
        "An\u200Dn",
        "An\u200Cn",
        "Ann\u200D",
        "An\u00ADn",
        "\u202EnnA",
        "Ann\u2067",
        "Ann\u200F",
        "Ann\uFEFF",
        "Ann\uFE0F",
        "Ann\u2028Admin",
        "Ann\nAdmin",
        "Ann\uE000",
        "Ann\uFFFF",
        "Ann\uFFFD",
        "Ann\uD83D"
      })
  void refusesNamesWithInvisibleCharacters(String name) {
    assertThat(AccountText.isName(name)).isFalse();
  }

  @Test
  void countsCodePointsAfterNormalization() {
    assertThat(AccountText.isName("\uD83D\uDE80".repeat(200))).isTrue();
    assertThat(AccountText.isName("e\u0308".repeat(200))).isTrue();
    assertThat(AccountText.isName("x".repeat(201))).isFalse();
    assertThat(AccountText.name("e\u0308")).isEqualTo("\u00EB");
  }
}
