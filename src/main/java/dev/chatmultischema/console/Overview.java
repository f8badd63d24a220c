package dev.chatmultischema.console;

import dev.chatmultischema.cluster.NodeRegistry;
import dev.chatmultischema.console.NodeReports.Node;
import dev.chatmultischema.tenant.Tenant;
import io.dropwizard.jackson.JsonSnakeCase;
import java.util.List;

/** Reads the state of the whole installation. */
final class Overview {

  private final NodeRegistry nodes;
  private final NodeReports reports;
  private final TenantList tenants;
  private final QueueTotals queues;

  Overview(NodeRegistry nodes, NodeReports reports, TenantList tenants, QueueTotals queues) {
    this.nodes = nodes;
    this.reports = reports;
    this.tenants = tenants;
    this.queues = queues;
  }

  /**
   * The installation at one time.
   *
   * @param stopped the number of tenants whose consumers should not run
   */
  @JsonSnakeCase
  record Installation(List<Node> nodes, int tenants, long stopped, QueueTotals.Sum queues) {}

  /**
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  Installation read() {
    var all = tenants.all();
    return new Installation(
        nodes(),
        all.size(),
        all.stream().filter(tenant -> !tenant.running()).count(),
        queues.sum(all.stream().map(Tenant::tenantId).toList()));
  }

  /** Returns all nodes that have not shut down in order, by name. */
  List<Node> nodes() {
    return nodes.list().stream().map(reports::read).toList();
  }
}
