package dev.chatmultischema.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.message.Limit;
import org.junit.jupiter.api.Test;

class PageSizeEstimatorTest {

  private final PageSizeEstimator size = new PageSizeEstimator(10_000);

  @Test
  void followsTheSizeOfRows() {
    size.update(10, 1_000);
    assertThat(size.rows()).isEqualTo(100);
    size.update(100, 50_000);
    assertThat(size.rows()).isEqualTo(20);
  }

  @Test
  void staysWithinOneRowAndTheLargestPage() {
    size.update(1, 1_000_000);
    assertThat(size.rows()).isEqualTo(1);
    size.update(500, 0);
    assertThat(size.rows()).isEqualTo(Limit.MAX);
  }

  @Test
  void keepsTheEstimateAfterAnEmptyPage() {
    size.update(10, 1_000);
    size.update(0, 0);
    assertThat(size.rows()).isEqualTo(100);
  }
}
