package dev.chatmultischema.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictUuidTest {

  private static final String TEXT = "0190163d-8694-739b-aea5-966c26f8ad91";

  @Test
  void parsesBothCases() {
    var id = UUID.fromString(TEXT);

    assertThat(StrictUuid.parse(TEXT)).contains(id);
    assertThat(StrictUuid.parse(TEXT.toUpperCase(Locale.ROOT))).contains(id);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "1-1-1-1-1",
        "0190163d8694739baea5966c26f8ad91",
        "0190163d-8694-739b-aea5-966c26f8ad9",
        "0190163d-8694-739b-aea5-966c26f8ad911",
        "0190163d8-694-739b-aea5-966c26f8ad91",
        "0190163d-8694-739b-aea5-966c26f8ad9g",
        "0190163d-8694-739b-aea5-966c26f8ad9\u0661",
        "{0190163d-8694-739b-aea5-966c26f8ad91}",
        "０190163d-8694-739b-aea5-966c26f8ad91",
        "{190163d-8694-739b-aea5-966c26f8ad91}",
        " 190163d-8694-739b-aea5-966c26f8ad91",
        "AZAWPYaUc5uupZZsJvitkQ=="
      })
  void refusesEveryOtherForm(String text) {
    assertThat(StrictUuid.parse(text)).isEmpty();
  }
}
