package dev.chatmultischema.console;

import dev.chatmultischema.admin.ConsumerTable;
import dev.chatmultischema.amqp.topology.QueueProbe.Depth;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A tenant with its consumers on all nodes.
 *
 * @param state the actual state on the assigned node; {@code unknown} if no node has reported one
 * @param queueDepth null, as {@code deadLetters}, if it is not known
 */
@JsonSnakeCase
record TenantRow(
    TenantId tenantId,
    String tenantName,
    UUID userId,
    Instant createdAt,
    Tenant.DesiredState wanted,
    String state,
    int workers,
    int inFlight,
    long processed,
    Long queueDepth,
    Long deadLetters,
    String lastError,
    List<OnNode> nodes) {

  private static final String ELSEWHERE = "elsewhere";

  /** The tenant's consumer on one node, as {@code list-consumers} shows it. */
  @JsonSnakeCase
  record OnNode(
      String node, String actual, int workers, int inFlight, long processed, String lastError) {

    static OnNode of(ConsumerTable.Row row) {
      var report = row.report();
      return new OnNode(
          row.node(),
          report.actual(),
          report.workers(),
          report.inFlight(),
          report.processed(),
          report.lastError());
    }
  }

  /**
   * @param depth null if it is not known
   */
  static TenantRow of(Tenant tenant, List<ConsumerTable.Row> consumers, Depth depth) {
    var nodes = consumers.stream().map(OnNode::of).toList();
    return new TenantRow(
        tenant.tenantId(),
        tenant.tenantName(),
        tenant.userId(),
        tenant.createdAt(),
        tenant.consumer(),
        nodes.stream()
            .map(OnNode::actual)
            .filter(actual -> !actual.equals(ELSEWHERE))
            .findFirst()
            .orElse("unknown"),
        tenant.workers(),
        nodes.stream().mapToInt(OnNode::inFlight).sum(),
        nodes.stream().mapToLong(OnNode::processed).sum(),
        depth == null ? null : Long.valueOf(depth.queue()),
        depth == null ? null : Long.valueOf(depth.deadLetters()),
        // Each begins with its time, so the greatest is the last.
        nodes.stream().map(OnNode::lastError).max(String::compareTo).orElse(""),
        nodes);
  }
}
