package dev.chatmultischema.stream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class FairQueueTest {

  private final FairQueue<String, String> queue = new FairQueue<>();

  @Test
  void servesOwnersRoundRobin() throws Exception {
    for (int i = 1; i <= 3; i++) {
      queue.add("a", "a" + i);
    }
    queue.add("b", "b1");
    queue.add("c", "c1");
    queue.add("c", "c2");
    var polled = new ArrayList<String>();
    for (int i = 0; i < 6; i++) {
      polled.add(queue.poll().orElseThrow());
    }
    assertThat(polled).containsExactly("a1", "b1", "c1", "a2", "c2", "a3");
  }

  @Test
  void isEmptyAfterClose() throws Exception {
    queue.add("a", "a1");
    queue.close();
    assertThat(queue.poll()).isEmpty();
  }
}
