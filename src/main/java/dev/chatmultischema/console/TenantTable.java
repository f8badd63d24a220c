package dev.chatmultischema.console;

import dev.chatmultischema.admin.ConsumerTable;
import dev.chatmultischema.amqp.topology.QueueProbe.Depth;
import dev.chatmultischema.cluster.Receipt;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Searches, sorts and pages the tenants. The rows of a page are always read anew. To sort by what
 * only the nodes know, all of them report all tenants, which is reused for a time that grows with
 * the number of tenants. Safe for all threads.
 */
final class TenantTable {

  private static final Duration MIN_AGE = Duration.ofSeconds(5);
  private static final Duration AGE_PER_TENANT = Duration.ofMillis(5);

  private final TenantList tenants;
  private final ConsumerTable table;
  private final QueueTotals queues;
  private Map<TenantId, List<ConsumerTable.Row>> reported;
  private long reportedAt;

  TenantTable(TenantList tenants, ConsumerTable table, QueueTotals queues) {
    this.tenants = tenants;
    this.table = table;
    this.queues = queues;
  }

  /**
   * A part of the list.
   *
   * @param found the number of tenants that match the query
   * @param silent the nodes that did not report their consumers, with the reason
   */
  @JsonSnakeCase
  record Page(List<TenantRow> data, int offset, int found, int all, List<Silent> silent) {}

  /** A node without a report. */
  @JsonSnakeCase
  record Silent(String node, String reason) {

    static List<Silent> of(List<Receipt> receipts) {
      return receipts.stream()
          .filter(receipt -> !receipt.succeeded())
          .map(receipt -> new Silent(receipt.nodeId(), receipt.report()))
          .toList();
    }
  }

  /**
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  Page page(TenantQuery query) throws InterruptedException {
    var all = tenants.all();
    var found = all.stream().filter(query::matches).toList();
    var live = query.sort().isLive() && found.size() > 1;
    var consumers = live ? reported(all.size()) : Map.<TenantId, List<ConsumerTable.Row>>of();
    var depths =
        live
            ? queues.known(all.stream().map(Tenant::tenantId).toList())
            : Map.<TenantId, Depth>of();
    var byId = found.stream().collect(Collectors.toMap(Tenant::tenantId, tenant -> tenant));
    var page =
        found.stream()
            .map(tenant -> row(tenant, consumers, depths))
            .sorted(query.order())
            .skip(query.offset())
            .limit(query.limit())
            .map(row -> byId.get(row.tenantId()))
            .toList();
    var ids = page.stream().map(Tenant::tenantId).collect(Collectors.toUnmodifiableSet());
    // An empty set would name all tenants.
    var listing = ids.isEmpty() ? new ConsumerTable.Listing(List.of(), List.of()) : table.list(ids);
    var fresh = byTenant(listing.rows());
    var current = queues.query(ids);
    return new Page(
        page.stream().map(tenant -> row(tenant, fresh, current)).toList(),
        query.offset(),
        found.size(),
        all.size(),
        Silent.of(listing.receipts()));
  }

  private synchronized Map<TenantId, List<ConsumerTable.Row>> reported(int number)
      throws InterruptedException {
    long age = MIN_AGE.plus(AGE_PER_TENANT.multipliedBy(number)).toNanos();
    if (reported == null || System.nanoTime() - reportedAt > age) {
      reported = byTenant(table.list(Set.of()).rows());
      reportedAt = System.nanoTime();
    }
    return reported;
  }

  private static Map<TenantId, List<ConsumerTable.Row>> byTenant(
      Collection<ConsumerTable.Row> rows) {
    return rows.stream().collect(Collectors.groupingBy(row -> row.report().tenant()));
  }

  private static TenantRow row(
      Tenant tenant, Map<TenantId, List<ConsumerTable.Row>> rows, Map<TenantId, Depth> depths) {
    var id = tenant.tenantId();
    return TenantRow.of(tenant, rows.getOrDefault(id, List.of()), depths.get(id));
  }
}
