package dev.chatmultischema.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts events that anybody can cause at any rate. Equal events make one row a minute with the
 * number of their occurrences, the first one at once. All events together make at most {@value
 * #MAX_ROWS} rows a minute; those beyond make one more row for each type, which has their number
 * only. Not safe for use by several threads.
 */
final class RepeatedEvents {

  static final int MAX_ROWS = 60;
  static final int MAX_KEYS = 1_000;
  static final String OTHERS = "more of them than are recorded one by one";

  private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

  private final Map<SecurityEvent, Tally> tallies = new HashMap<>();
  private long periodBegun;
  private int written;

  /** The occurrences of an event since its last row; {@code due} is the time of the next one. */
  private static final class Tally {
    private long occurrences;
    private long first;
    private long last;
    private long due;

    private void add(long more, long from, long to) {
      first = occurrences == 0 ? from : Math.min(first, from);
      last = occurrences == 0 ? to : Math.max(last, to);
      occurrences += more;
    }
  }

  RepeatedEvents(long now) {
    periodBegun = now;
  }

  /**
   * Counts one occurrence.
   *
   * @param now by {@link System#nanoTime}, as everywhere here
   */
  void add(SecurityEvent event, long now) {
    var tally = tallies.get(event);
    if (tally == null && tallies.size() < MAX_KEYS) {
      tally = new Tally();
      tally.due = now;
      tallies.put(event, tally);
    }
    (tally == null ? others(event.type(), now) : tally).add(1, now, now);
  }

  private Tally others(EventType type, long now) {
    return tallies.computeIfAbsent(
        new SecurityEvent(type, OTHERS, null, null, null, null),
        key -> {
          var tally = new Tally();
          tally.due = now + PERIOD_NANOS;
          return tally;
        });
  }

  /** Removes and returns the rows that are due; at the end of the service, all of them. */
  List<AuditRow> due(long now, boolean all) {
    if (now - periodBegun >= PERIOD_NANOS) {
      periodBegun = now;
      written = 0;
    }
    var rows = new ArrayList<AuditRow>();
    for (var event : List.copyOf(tallies.keySet())) {
      var tally = tallies.get(event);
      if (!all && now - tally.due < 0) {
        continue;
      }
      if (tally.occurrences == 0) {
        tallies.remove(event);
      } else if (event.outcome().equals(OTHERS)) {
        rows.add(take(event, tally, now));
      } else if (written < MAX_ROWS) {
        written++;
        rows.add(take(event, tally, now));
      } else {
        tallies.remove(event);
        others(event.type(), now).add(tally.occurrences, tally.first, tally.last);
      }
    }
    return rows;
  }

  private static AuditRow take(SecurityEvent event, Tally tally, long now) {
    var row = new AuditRow(event, tally.occurrences, tally.first, tally.last);
    tally.occurrences = 0;
    tally.due = now + PERIOD_NANOS;
    return row;
  }
}
