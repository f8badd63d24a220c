package dev.chatmultischema.json;

import java.time.Instant;
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

  private Timestamps() {}

  /** Formats a time; fractions of a millisecond are truncated. */
  public static String format(Instant time) {
    return MILLISECONDS.format(time);
  }
}
