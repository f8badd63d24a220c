package dev.chatmultischema.amqp.connection;

import dev.chatmultischema.url.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The order in which to try the nodes of a broker: at random, so that connections spread over them,
 * and last those that failed within 30 s, so that one that does not respond delays only the first
 * attempt.
 */
final class BrokerNodes {

  private static final Duration AVOIDED_FOR = Duration.ofSeconds(30);

  private final List<HostPort> addresses;
  private final Map<HostPort, Long> failures = new ConcurrentHashMap<>();

  BrokerNodes(List<HostPort> addresses) {
    this.addresses = addresses;
  }

  /** Returns all nodes in the order in which to try them. */
  List<HostPort> inOrder() {
    long now = System.nanoTime();
    var nodes = new ArrayList<>(addresses);
    Collections.shuffle(nodes);
    nodes.sort(Comparator.comparing((HostPort node) -> sinceFailure(node, now)).reversed());
    return nodes;
  }

  private long sinceFailure(HostPort node, long now) {
    var failedAt = failures.get(node);
    return failedAt == null || now - failedAt > AVOIDED_FOR.toNanos()
        ? Long.MAX_VALUE
        : now - failedAt;
  }

  /** Records that a node could not be reached, closed a connection or stopped to respond. */
  void failed(HostPort node) {
    failures.put(node, System.nanoTime());
  }

  /** Records that a connection to a node was opened. */
  void succeeded(HostPort node) {
    failures.remove(node);
  }
}
