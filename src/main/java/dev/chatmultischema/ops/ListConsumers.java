package dev.chatmultischema.ops;

import dev.chatmultischema.amqp.TenantQueues;
import dev.chatmultischema.consumer.ConsumerControl;
import dev.chatmultischema.consumer.ConsumerReport;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantId;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Shows what every node wants and does for each tenant, and what waits in the queues. */
final class ListConsumers implements Operation {

  private static final String FORMAT =
      "%-36s  %-24s  %-8s  %-10s  %7s  %9s  %11s  %12s  %10s  %s%n";

  private final ConsumerControl consumers;
  private final TenantQueues queues;
  private final Tenants tenants;

  ListConsumers(ConsumerControl consumers, TenantQueues queues, Tenants tenants) {
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

  @Override
  public void check(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT);
    tenants.require(parameters.tenants());
  }

  @Override
  public String run(Parameters parameters, PrintWriter output)
      throws BadUsage, OperationFailed, InterruptedException {
    var named = Set.copyOf(parameters.tenants());
    var receipts = consumers.list(named, tenants.count(named));
    var rows = new ArrayList<Row>();
    for (var receipt : receipts) {
      if (receipt.succeeded()) {
        consumers.read(receipt).forEach(report -> rows.add(new Row(receipt.nodeId(), report)));
      }
    }
    boolean depthsKnown = print(rows, output);
    new NodeReceipts(receipts.stream().filter(receipt -> !receipt.succeeded()).toList())
        .print(output);
    var outcome = new NodeReceipts(receipts).outcome();
    if (!depthsKnown) {
      throw new OperationFailed("the broker does not tell the depths of the queues");
    }
    return outcome;
  }

  private record Row(String node, ConsumerReport report) {}

  /** False where the broker did not tell the depths. */
  private boolean print(List<Row> rows, PrintWriter output) {
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
    var depths = new Depths();
    for (var row : rows) {
      var report = row.report;
      depths.look(report.tenant());
      print(
          output,
          List.of(
              report.tenant(),
              row.node,
              report.wanted().name().toLowerCase(Locale.ROOT),
              report.actual(),
              report.workers(),
              report.inFlight(),
              depths.queue,
              depths.deadLetters,
              report.processed(),
              report.lastError().isEmpty() ? "-" : report.lastError().replaceAll("\\s+", " ")));
    }
    return depths.known;
  }

  private static void print(PrintWriter output, List<Object> columns) {
    output.printf(FORMAT, columns.toArray());
  }

  /** The depths of one tenant after the other, asked for once each. */
  private final class Depths {
    private TenantId tenant;
    private String queue = "?";
    private String deadLetters = "?";
    private boolean known = true;

    private void look(TenantId next) {
      if (next.equals(tenant) || !known) {
        return;
      }
      tenant = next;
      try {
        var depth = queues.depth(next);
        queue = String.valueOf(depth.queue());
        deadLetters = String.valueOf(depth.deadLetters());
      } catch (BrokerUnavailable e) {
        queue = "?";
        deadLetters = "?";
        known = false;
      }
    }
  }
}
