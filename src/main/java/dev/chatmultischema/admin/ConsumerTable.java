package dev.chatmultischema.admin;

import dev.chatmultischema.amqp.topology.QueueProbe.Depth;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.cluster.Receipt;
import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.consumer.supervision.ConsumerReport;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the consumers of all nodes, and the depths of tenants' queues. */
public final class ConsumerTable {

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerTable.class);

  private final Consumers consumers;
  private final TenantQueues queues;

  public ConsumerTable(Consumers consumers, TenantQueues queues) {
    this.consumers = consumers;
    this.queues = queues;
  }

  /** One tenant's consumer on one node. */
  public record Row(String node, ConsumerReport report) {}

  /**
   * The consumers of all nodes that have answered.
   *
   * @param receipts the receipt of each node, those of failure included
   * @param rows sorted by tenant and node
   */
  public record Listing(List<Receipt> receipts, List<Row> rows) {}

  /**
   * Lists the consumers of all live nodes.
   *
   * @param concerned the tenants; empty for all
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  public Listing list(Set<TenantId> concerned) throws InterruptedException {
    var receipts = consumers.list(concerned);
    var rows = new ArrayList<Row>();
    for (var receipt : receipts) {
      if (receipt.succeeded()) {
        consumers.reports(receipt).forEach(report -> rows.add(new Row(receipt.nodeId(), report)));
      }
    }
    rows.sort(Comparator.comparing((Row row) -> row.report.tenant()).thenComparing(Row::node));
    return new Listing(receipts, rows);
  }

  /**
   * Returns the depths of tenants' queues, without those that are on a node of the broker that is
   * down, and those whose turn did not come in time; none if the broker is unavailable.
   *
   * @param timeout the time after which no further queue is queried
   */
  public Map<TenantId, Depth> depths(Collection<TenantId> tenants, Duration timeout) {
    try {
      return queues.depths(tenants, timeout);
    } catch (BrokerUnavailable e) {
      LOG.warn(
          "could not read the depths of queues: {}; listing consumers without them",
          e.getMessage());
      return Map.of();
    }
  }
}
