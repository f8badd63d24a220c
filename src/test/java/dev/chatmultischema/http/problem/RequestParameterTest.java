package dev.chatmultischema.http.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParameterTest {

  private static String text(String text) {
    return RequestParameter.read("name", text, value -> value).orElse("absent");
  }

  @Test
  void readsABlankValueAsAbsent() {
    assertThat(text(null)).isEqualTo("absent");
    assertThat(text("")).isEqualTo("absent");
    assertThat(text(" \t\n")).isEqualTo("absent");
    assertThat(text(" a b ")).isEqualTo("a b");
  }

  @Test
  void keepsTheMessageOfTheParser() {
    assertThatThrownBy(() -> RequestParameter.read("name", "-", RequestParameter::digits))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo("invalid_parameter");
              assertThat(e.problem().errors())
                  .containsExactly(
                      new Problem.FieldError("name", "must be a whole number of at least 0"));
            });
  }

  @Test
  void refusesRepeatedValues() {
    assertThat(RequestParameter.single("name", null)).isNull();
    assertThat(RequestParameter.single("name", List.of())).isNull();
    assertThat(RequestParameter.single("name", List.of("a"))).isEqualTo("a");
    assertThatThrownBy(() -> RequestParameter.single("name", List.of("a", "a")))
        .hasMessage("name must be given once");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "007, 7",
    "9223372036854775807, 9223372036854775807",
    "9223372036854775808, 9223372036854775807",
    "999999999999999999999999999999, 9223372036854775807",
    "000000000000000000000000000001, 1"
  })
  void readsDigitsOfAnyLength(String text, long value) {
    assertThat(RequestParameter.digits(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+1", "-1", "-0", "1.0", "1e3", "0x1", "1 2", "５", "١", "1_000"})
  void readsNothingButDigits(String text) {
    assertThatThrownBy(() -> RequestParameter.digits(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be a whole number of at least 0");
  }
}
