package dev.chatmultischema.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.chatmultischema.cluster.NodeState;
import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.prometheus.MetricTotals;
import io.dropwizard.jackson.JsonSnakeCase;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Writes what this node reports of itself, and reads what others have written. */
final class NodeReports {

  private final Consumers consumers;
  private final ChatMetrics metrics;
  private final ObjectMapper json;

  NodeReports(Consumers consumers, ChatMetrics metrics, ObjectMapper json) {
    this.consumers = consumers;
    this.metrics = metrics;
    this.json = json;
  }

  /** Returns the version of this program; {@code development} if it does not run from a jar. */
  static String version() {
    return Optional.ofNullable(NodeReports.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /**
   * A node's report. Fields may be added; nodes of other releases read those that they know.
   *
   * @param consumers the number of consumers of tenants that are assigned to the node, by state
   */
  @JsonSnakeCase
  record Report(String version, Map<String, Integer> consumers, MetricTotals totals) {}

  /** Returns the report of this node as JSON. */
  String write() {
    try {
      return json.writeValueAsString(
          new Report(version(), consumers.countByState(), metrics.totals()));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A node with its report.
   *
   * @param state {@code consuming}; {@code unable} if it cannot consume; {@code lost} if its
   *     heartbeats are missing
   * @param report as the node wrote it, whatever its release; null if there is none
   */
  @JsonSnakeCase
  record Node(
      String nodeId,
      String state,
      Instant startedAt,
      Instant seenAt,
      double silentFor,
      JsonNode report) {}

  Node read(NodeState node) {
    var state = !node.isAlive() ? "lost" : node.able() ? "consuming" : "unable";
    return new Node(
        node.nodeId(), state, node.startedAt(), node.seenAt(), node.silentFor(), parse(node));
  }

  private JsonNode parse(NodeState node) {
    try {
      return node.report() == null ? NullNode.getInstance() : json.readTree(node.report());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
