package dev.chatmultischema.console;

import com.codahale.metrics.health.HealthCheckRegistry;
import dev.chatmultischema.audit.AuditDao;
import dev.chatmultischema.audit.AuditEntry;
import dev.chatmultischema.cluster.CommandLog;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Reads what was done and what holds: the audit, the receipts of commands, the health checks. */
final class Trail {

  private final CommandLog commands;
  private final AuditDao audit;
  private final HealthCheckRegistry checks;

  Trail(CommandLog commands, AuditDao audit, HealthCheckRegistry checks) {
    this.commands = commands;
    this.audit = audit;
    this.checks = checks;
  }

  /** A page of the audit, the newest first; {@code next} is the {@code before} of the next page. */
  @JsonSnakeCase
  record AuditPage(List<AuditEntry> data, long next, boolean hasMore) {}

  AuditPage audit(long before, int limit) {
    var rows = audit.newest(before, limit + 1);
    var page = rows.stream().limit(limit).toList();
    var next = page.isEmpty() ? before : page.get(page.size() - 1).auditId();
    return new AuditPage(page, next, rows.size() > limit);
  }

  /** A node's answer to a command; {@code succeeded} is null while it is awaited. */
  @JsonSnakeCase
  record NodeAnswer(String node, Boolean succeeded, String report) {}

  /** A command and the answers of the nodes so far; no tenants stand for all. */
  @JsonSnakeCase
  record Progress(long revision, String task, Set<TenantId> tenants, List<NodeAnswer> nodes) {}

  /** The commands after a revision, and the newest revision to continue after. */
  @JsonSnakeCase
  record Receipts(long newest, List<Progress> commands) {}

  /**
   * @param after the revision after which commands are listed; negative for none of them
   */
  Receipts receipts(long after) {
    long newest = commands.newestRevision();
    return new Receipts(
        newest, after < 0 ? List.of() : commands.progress(after).stream().map(Trail::of).toList());
  }

  private static Progress of(CommandLog.Progress progress) {
    var answers =
        Stream.concat(
                progress.receipts().stream()
                    .map(
                        receipt ->
                            new NodeAnswer(
                                receipt.nodeId(), receipt.succeeded(), receipt.report())),
                progress.awaited().stream().map(node -> new NodeAnswer(node, null, "")))
            .sorted(Comparator.comparing(NodeAnswer::node))
            .toList();
    var command = progress.command();
    return new Progress(command.revision(), command.task(), command.tenants(), answers);
  }

  /** The result of a health check of this node. */
  @JsonSnakeCase
  record Check(String name, boolean healthy, String message, long milliseconds) {}

  /** Runs the health checks as {@code /healthcheck} does. */
  List<Check> health() {
    return checks.runHealthChecks().entrySet().stream()
        .map(
            check ->
                new Check(
                    check.getKey(),
                    check.getValue().isHealthy(),
                    check.getValue().getMessage(),
                    check.getValue().getDuration()))
        .toList();
  }
}
