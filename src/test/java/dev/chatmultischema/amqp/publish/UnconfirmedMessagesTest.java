package dev.chatmultischema.amqp.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnconfirmedMessagesTest {

  private static final int MAX = 4;

  private final UnconfirmedMessages messages = new UnconfirmedMessages(MAX);
  private final Publication first = publication();
  private final Publication second = publication();

  @Test
  void removesAllUpToTheNumberOfAMultipleConfirm() {
    add(1, first);
    add(2, first);
    add(3, second);

    assertThat(removed(2, true)).containsExactly(1L, 2L);
    assertThat(messages.publications()).containsExactly(second);
    assertThat(messages.count()).isEqualTo(1);
  }

  @Test
  void removesASingleMessageBeforeOlderOnes() {
    add(1, first);
    add(2, second);

    assertThat(removed(2, false)).containsExactly(2L);
    assertThat(removed(2, true)).containsExactly(1L);
    assertThat(messages.count()).isZero();
  }

  @Test
  void removesAMessageOnce() {
    add(1, first);

    assertThat(removed(1, false)).containsExactly(1L);
    assertThat(removed(1, true)).isEmpty();
    assertThat(messages.count()).isZero();
  }

  @Test
  void hasRoomUpToTheBound() {
    add(1, first);

    assertThat(messages.hasRoomFor(MAX - 1)).isTrue();
    assertThat(messages.hasRoomFor(MAX)).isFalse();
  }

  @Test
  void hasNoRoomFarBehindAnUnconfirmedMessage() {
    for (long number = 1; number <= MAX; number++) {
      add(number, first);
    }
    for (long number = 2; number <= MAX; number++) {
      assertThat(removed(number, false)).containsExactly(number);
    }

    assertThat(messages.count()).isEqualTo(1);
    assertThat(messages.hasRoomFor(1)).isFalse();
  }

  @Test
  void continuesBeyondTheLengthOfTheRing() {
    for (long number = 1; number <= 10 * MAX; number++) {
      assertThat(messages.hasRoomFor(1)).isTrue();
      add(number, first);
      assertThat(removed(number, true)).containsExactly(number);
    }
  }

  @Test
  void returnsEachPublicationOnceWhenAllAreRemoved() {
    add(1, first);
    add(2, second);

    assertThat(messages.removeAll()).containsExactlyInAnyOrder(first, second);
    assertThat(messages.count()).isZero();
    assertThat(messages.publications()).isEmpty();
  }

  private void add(long number, Publication publication) {
    messages.add(number, publication);
  }

  private List<Long> removed(long number, boolean multiple) {
    var numbers = new ArrayList<Long>();
    messages.remove(number, multiple, (publication, n) -> numbers.add(n));
    return numbers;
  }

  private static Publication publication() {
    return new Publication(List.of(), Long.MAX_VALUE);
  }
}
