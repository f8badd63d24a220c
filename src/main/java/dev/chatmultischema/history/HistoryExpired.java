package dev.chatmultischema.history;

import java.util.Locale;

/** Messages were deleted by retention, or lost by PostgreSQL, before an export had read them. */
public final class HistoryExpired extends Exception {

  private static final long serialVersionUID = 1;

  private HistoryExpired(String message) {
    super(message);
  }

  /** Messages are missing, from one {@code seq} to another. */
  static HistoryExpired deleted(long first, long last) {
    return new HistoryExpired(
        String.format(
            Locale.ROOT,
            "seq %d to %d were deleted since; export all from the beginning again",
            first,
            last));
  }

  /** Messages were lost, so that their {@code seq} may belong to others. */
  static HistoryExpired otherEpoch() {
    return new HistoryExpired("another epoch began during the export; start it again");
  }
}
