package dev.chatmultischema.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 500})
  void acceptsOneToFiveHundred(int value) {
    assertThat(Limit.fromString(Integer.toString(value))).isEqualTo(new Limit(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "501", "1.0", "1e2", " 1", "+1", "99999999999", "\u0661"})
  void refusesEverythingElse(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limit.fromString(text))
        .withMessage("must be a whole number from 1 to 500");
  }
}
