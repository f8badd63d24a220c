package dev.chatmultischema.history;

import java.util.Locale;

/** Messages were deleted, by retention, before an export had read them. */
public final class HistoryExpired extends Exception {

  private static final long serialVersionUID = 1;

  HistoryExpired(long expected, long found) {
    super(
        String.format(
            Locale.ROOT,
            "seq %d to %d were deleted during the export; start it again",
            expected,
            found - 1));
  }
}
