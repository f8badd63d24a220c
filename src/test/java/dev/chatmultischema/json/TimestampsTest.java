package dev.chatmultischema.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampsTest {

  @ParameterizedTest
  @CsvSource({
    "2026-01-02T03:04:05.000Z, 2026-01-02T03:04:05Z",
    "2026-12-31T23:59:59.999Z, 2026-12-31T23:59:59.999999999Z",
    "1969-12-31T23:59:59.001Z, 1969-12-31T23:59:59.001Z",
    "0000-01-01T00:00:00.000Z, 0000-01-01T00:00:00Z",
    "-0001-12-31T00:00:00.000Z, -0001-12-31T00:00:00Z",
    "+10000-01-01T00:00:00.000Z, +10000-01-01T00:00:00Z"
  })
  void haveThreeDigitsOfMilliseconds(String formatted, Instant time) {
    assertThat(Timestamps.format(time)).isEqualTo(formatted);
  }

  @Test
  void agreeWithTheFormatterOfTheJdk() {
    var formatter = new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
    new Random(1)
        .longs(10_000, -70_000_000_000_000L, 300_000_000_000_000L)
        .mapToObj(Instant::ofEpochMilli)
        .forEach(time -> assertThat(Timestamps.format(time)).isEqualTo(formatter.format(time)));
  }
}
