package dev.chatmultischema.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GapTrackerTest {

  private final GapTracker gaps = new GapTracker();

  @Test
  void hasAnOpenGapUntilTheFirstRead() {
    assertThat(gaps.hasOpenGap()).isTrue();
    gaps.close(gaps.mark());
    assertThat(gaps.hasOpenGap()).isFalse();
  }

  @Test
  void keepsGapsThatOpenedDuringTheRead() {
    int mark = gaps.mark();
    gaps.open();
    gaps.close(mark);
    assertThat(gaps.hasOpenGap()).isTrue();
    gaps.close(gaps.mark());
    assertThat(gaps.hasOpenGap()).isFalse();
  }

  @Test
  void staysClosedAfterAnOlderReadReturns() {
    int older = gaps.mark();
    gaps.open();
    gaps.close(gaps.mark());
    gaps.close(older);
    assertThat(gaps.hasOpenGap()).isFalse();
  }
}
