package dev.chatmultischema.json;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/**
 * Formats times in JSON and in the output of tasks: ISO 8601 in UTC with three digits of
 * milliseconds, as in {@code 2026-01-02T03:04:05.000Z}, independent of the default locale and zone.
 */
public final class Timestamps {

  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final byte[] PATTERN =
      "0000-00-00T00:00:00.000Z".getBytes(StandardCharsets.ISO_8859_1);

  private Timestamps() {}

  /** Formats a time; fractions of a millisecond are truncated. */
  public static String format(Instant time) {
    var utc = time.atOffset(ZoneOffset.UTC);
    // The formatter costs several times as much, and only it knows the form of other years.
    return utc.getYear() >= 0 && utc.getYear() <= 9999
        ? new String(digits(utc), StandardCharsets.ISO_8859_1)
        : MILLISECONDS.format(time);
  }

  private static byte[] digits(OffsetDateTime utc) {
    byte[] text = PATTERN.clone();
    write(text, 0, 4, utc.getYear());
    write(text, 5, 2, utc.getMonthValue());
    write(text, 8, 2, utc.getDayOfMonth());
    write(text, 11, 2, utc.getHour());
    write(text, 14, 2, utc.getMinute());
    write(text, 17, 2, utc.getSecond());
    write(text, 20, 3, utc.getNano() / 1_000_000);
    return text;
  }

  private static void write(byte[] text, int at, int digits, int number) {
    int rest = number;
    for (int i = at + digits - 1; i >= at; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
