package dev.chatmultischema.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumericLengthTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "7",
        "-7",
        "10.50",
        "0.001",
        "-0.001",
        "1e3",
        "-12.34e1",
        "12.34E+5",
        "1e-5",
        "100e-1",
        "12.34e-3",
        "0.00012e2",
        "1e0"
      })
  void isTheLengthOfThePrintedNumber(String number) {
    var printed = new BigDecimal(number).toPlainString();
    assertThat(NumericLength.of(number)).isEqualTo(printed.length());
  }

  @Test
  void dropsTheSignOfZero() {
    assertThat(NumericLength.of("-0")).isEqualTo("0".length());
    assertThat(NumericLength.of("-0.00")).isEqualTo("0.00".length());
    assertThat(NumericLength.of("0e100")).isEqualTo("0".length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e131071", "9.9e131071", "0.1e131072", "1e-16383", "0.1e-16382"})
  void acceptsTheRangeOfNumeric(String number) {
    assertThat(NumericLength.of(number)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e131072",
        "10e131071",
        "1e-16384",
        "0.1e-16383",
        "0.0e-16383",
        "1e999999999",
        "1e-999999999",
        "0e1073741823",
        "1e99999999999999999999999"
      })
  void refusesNumbersOutOfRange(String number) {
    assertThat(NumericLength.of(number)).isEqualTo(NumericLength.OUT_OF_RANGE);
  }
}
