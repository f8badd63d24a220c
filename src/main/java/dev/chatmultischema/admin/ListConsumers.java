package dev.chatmultischema.admin;

import dev.chatmultischema.amqp.topology.QueueProbe.Depth;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.consumer.supervision.ConsumerReport;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantId;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the desired and actual state of each tenant on every node, and the depths of its queues.
 */
final class ListConsumers implements Operation<Set<TenantId>> {

  private static final String FORMAT =
      "%-36s  %-24s  %-8s  %-10s  %7s  %9s  %11s  %12s  %10s  %s%n";

  private static final Logger LOG = LoggerFactory.getLogger(ListConsumers.class);

  private final Consumers consumers;
  private final TenantQueues queues;
  private final ExistingTenants tenants;

  ListConsumers(Consumers consumers, TenantQueues queues, ExistingTenants tenants) {
    this.consumers = consumers;
    this.queues = queues;
    this.tenants = tenants;
  }

  @Override
  public String name() {
    return "list-consumers";
  }

  @Override
  public String usage() {
    return "[?tenant=ID…] [&reason=…]";
  }

  /** Returns the tenants to list; empty for all tenants. */
  @Override
  public Set<TenantId> parse(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT);
    return tenants.all(parameters);
  }

  @Override
  public String execute(Set<TenantId> named, PrintWriter output)
      throws OperationFailed, InterruptedException {
    var receipts = consumers.list(named);
    var rows = new ArrayList<Row>();
    for (var receipt : receipts) {
      if (receipt.succeeded()) {
        consumers.reports(receipt).forEach(report -> rows.add(new Row(receipt.nodeId(), report)));
      }
    }
    var depths = depths(rows);
    print(rows, depths, output);
    new NodeReceipts(receipts.stream().filter(receipt -> !receipt.succeeded()).toList())
        .print(output);
    var outcome = new NodeReceipts(receipts).outcome();
    if (depths.isEmpty() && !rows.isEmpty()) {
      throw new OperationFailed(
          "could not read the depths of the queues: the broker is unavailable");
    }
    return outcome;
  }

  private record Row(String node, ConsumerReport report) {}

  /**
   * Returns the depths of tenants' queues, without those that are on a node of the broker that is
   * down; none if the broker is unavailable.
   */
  private Map<TenantId, Depth> depths(List<Row> rows) {
    try {
      return queues.query(
          probe -> {
            var depths = new HashMap<TenantId, Depth>();
            for (var row : rows) {
              var tenant = row.report.tenant();
              if (!depths.containsKey(tenant)) {
                probe.depth(tenant).ifPresent(depth -> depths.put(tenant, depth));
              }
            }
            return depths;
          });
    } catch (BrokerUnavailable e) {
      LOG.warn(
          "could not read the depths of queues: {}; listing consumers without them",
          e.getMessage());
      return Map.of();
    }
  }

  private static void print(List<Row> rows, Map<TenantId, Depth> depths, PrintWriter output) {
    rows.sort(Comparator.comparing((Row row) -> row.report.tenant()).thenComparing(Row::node));
    print(
        output,
        List.of(
            "tenant",
            "node",
            "wanted",
            "actual",
            "workers",
            "in_flight",
            "queue_depth",
            "dead_letters",
            "processed",
            "last_error"));
    for (var row : rows) {
      var report = row.report;
      var depth = Optional.ofNullable(depths.get(report.tenant()));
      print(
          output,
          List.of(
              report.tenant(),
              row.node,
              report.desired().name().toLowerCase(Locale.ROOT),
              report.actual(),
              report.workers(),
              report.inFlight(),
              depth.map(known -> String.valueOf(known.queue())).orElse("?"),
              depth.map(known -> String.valueOf(known.deadLetters())).orElse("?"),
              report.processed(),
              report.lastError().isEmpty() ? "-" : TerminalText.of(report.lastError())));
    }
  }

  private static void print(PrintWriter output, List<Object> columns) {
    output.printf(Locale.ROOT, FORMAT, columns.toArray());
  }
}
