package dev.chatmultischema.admin;

import dev.chatmultischema.admin.ConsumerTable.Row;
import dev.chatmultischema.amqp.topology.QueueProbe.Depth;
import dev.chatmultischema.tenant.TenantId;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lists the desired and actual state of each tenant on every node, and the depths of its queues.
 */
final class ListConsumers implements Operation<Set<TenantId>> {

  private static final String FORMAT =
      "%-36s  %-24s  %-8s  %-10s  %7s  %9s  %11s  %12s  %10s  %s%n";

  private static final Duration NO_TIMEOUT = Duration.ofDays(1);

  private final ConsumerTable table;
  private final ExistingTenants tenants;

  ListConsumers(ConsumerTable table, ExistingTenants tenants) {
    this.table = table;
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
    var listing = table.list(named);
    var receipts = listing.receipts();
    var rows = listing.rows();
    var depths = table.depths(rows.stream().map(row -> row.report().tenant()).toList(), NO_TIMEOUT);
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

  private static void print(List<Row> rows, Map<TenantId, Depth> depths, PrintWriter output) {
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
      var report = row.report();
      var depth = Optional.ofNullable(depths.get(report.tenant()));
      print(
          output,
          List.of(
              report.tenant(),
              row.node(),
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
