package dev.chatmultischema.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.url.HostPort;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrokerNodesTest {

  private static final HostPort ONE = new HostPort("h1", 5672);
  private static final HostPort TWO = new HostPort("h2", 5672);
  private static final HostPort THREE = new HostPort("h3", 5672);

  private final BrokerNodes nodes = new BrokerNodes(List.of(ONE, TWO, THREE));

  @Test
  void beginsWithEachNodeAtRandom() {
    var first = new HashSet<HostPort>();
    for (int n = 0; n < 200; n++) {
      var order = nodes.inOrder();
      assertThat(order).containsExactlyInAnyOrder(ONE, TWO, THREE);
      first.add(order.get(0));
    }
    assertThat(first).containsExactlyInAnyOrder(ONE, TWO, THREE);
  }

  @Test
  void triesFailedNodesLastAndTheLatestFailureAtTheEnd() {
    nodes.failed(TWO);
    nodes.failed(ONE);
    for (int n = 0; n < 50; n++) {
      assertThat(nodes.inOrder()).containsExactly(THREE, TWO, ONE);
    }
    nodes.succeeded(ONE);
    for (int n = 0; n < 50; n++) {
      assertThat(nodes.inOrder()).endsWith(TWO);
    }
  }
}
