package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class FairTurnsTest {

  private final FairTurns<String, String> turns = new FairTurns<>();

  @Test
  void goesFromOwnerToOwner() throws Exception {
    for (int i = 1; i <= 3; i++) {
      turns.add("a", "a" + i);
    }
    turns.add("b", "b1");
    turns.add("c", "c1");
    turns.add("c", "c2");
    var taken = new ArrayList<String>();
    for (int i = 0; i < 6; i++) {
      taken.add(turns.take().orElseThrow());
    }
    assertThat(taken).containsExactly("a1", "b1", "c1", "a2", "c2", "a3");
  }

  @Test
  void isEmptyOnceClosed() throws Exception {
    turns.add("a", "a1");
    turns.close();
    assertThat(turns.take()).isEmpty();
  }
}
