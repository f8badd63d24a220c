package dev.chatmultischema.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RepeatedEventsTest {

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private long now = Long.MAX_VALUE - MINUTE;
  private final RepeatedEvents events = new RepeatedEvents(now);

  @Test
  void recordsTheFirstOfEqualEventsAtOnceAndTheOthersOnceAMinute() {
    events.add(from("a"), now);
    assertThat(due()).extracting(AuditRow::occurrences).containsExactly(1L);

    for (int i = 0; i < 12; i++) {
      events.add(from("a"), now + i);
    }
    assertThat(due()).isEmpty();
    now += MINUTE;

    assertThat(due()).containsExactly(new AuditRow(from("a"), 12, now - MINUTE, now - MINUTE + 11));
    now += MINUTE;
    assertThat(due()).isEmpty();
    events.add(from("a"), now);
    assertThat(due()).hasSize(1);
  }

  @Test
  void boundsTheRowsOfAMinuteAndCountsTheOthers() {
    for (int i = 0; i < 5 * RepeatedEvents.MAX_KEYS; i++) {
      events.add(from("client " + i), now);
    }

    assertThat(due()).hasSize(RepeatedEvents.MAX_ROWS);
    now += MINUTE;

    var others = due();
    assertThat(others).hasSize(1);
    assertThat(others.get(0).event().outcome()).isEqualTo(RepeatedEvents.OTHERS);
    assertThat(others.get(0).occurrences())
        .isEqualTo(5 * RepeatedEvents.MAX_KEYS - RepeatedEvents.MAX_ROWS);
    events.add(from("late"), now);
    assertThat(due()).extracting(AuditRow::event).containsExactly(from("late"));
  }

  @Test
  void returnsEverythingAtTheEnd() {
    events.add(from("a"), now);
    due();
    events.add(from("a"), now);

    assertThat(events.due(now, true)).extracting(AuditRow::occurrences).containsExactly(1L);
  }

  private List<AuditRow> due() {
    return events.due(now, false);
  }

  private static SecurityEvent from(String address) {
    return SecurityEvent.of(EventType.LOGIN_FAILED, "wrong password").from(address);
  }
}
