package dev.chatmultischema.history;

import dev.chatmultischema.tenant.TenantContext;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes expired messages, of each tenant the oldest ones up to the first that is not expired, so
 * that the rest keeps its order without a gap. Each step deletes up to 1,000 of them, and first
 * records the {@code seq} of the first message that stays: no reader finds a gap that it cannot
 * explain.
 */
final class RetentionSweep {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionSweep.class);
  private static final int STEP = 1_000;

  private static final String TENANTS =
      """
      SELECT t.tenant_id, h.days
      FROM tenants t
      JOIN tenant_heads USING (tenant_id)
      LEFT JOIN tenant_histories r USING (tenant_id)
      CROSS JOIN LATERAL (
        SELECT CASE WHEN r.retention_set THEN r.retention_days ELSE CAST(:default AS integer) END
      ) AS h (days)
      WHERE t.deleted_at IS NULL
        AND h.days IS NOT NULL
      """;

  private static final String ADVANCE =
      """
      WITH oldest AS MATERIALIZED (
        SELECT seq, created_at
        FROM %s
        ORDER BY seq
        LIMIT :step
      ), kept AS MATERIALIZED (
        SELECT min(seq) AS oldest,
          coalesce(
            min(seq) FILTER (WHERE created_at >= now() - make_interval(days => :days)),
            max(seq) + 1) AS first
        FROM oldest
      )
      INSERT INTO tenant_histories AS h (tenant_id, first_seq)
      SELECT :tenant, first
      FROM kept
      WHERE first > oldest
      ON CONFLICT (tenant_id) DO UPDATE
      SET first_seq = greatest(h.first_seq, EXCLUDED.first_seq)
      RETURNING first_seq
      """;

  private final Jdbi owner;
  private final Optional<Integer> defaultDays;

  /**
   * @param owner connections of the role that may delete stored messages
   * @param defaultDays the retention of tenants without one of their own; empty to keep all
   */
  RetentionSweep(Jdbi owner, Optional<Integer> defaultDays) {
    this.owner = owner;
    this.defaultDays = defaultDays;
  }

  private record Expiring(TenantId tenant, int days) {}

  /**
   * Deletes the expired messages of all tenants. To be called by one node at a time.
   *
   * @param isStopping ends the sweep between two steps
   * @throws JdbiException if the database is unavailable
   */
  void sweep(BooleanSupplier isStopping) {
    for (var expiring : expiring()) {
      long deleted = 0;
      int step = STEP;
      while (step == STEP && !isStopping.getAsBoolean()) {
        long started = System.nanoTime();
        step = step(expiring);
        deleted += step;
        if (step == STEP) {
          pause(System.nanoTime() - started);
        }
      }
      if (deleted > 0) {
        LOG.info("deleted {} expired messages of tenant {}", deleted, expiring.tenant);
      }
    }
  }

  /** Leaves the database half of the time to others. */
  private static void pause(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(Math.min(nanos, Duration.ofSeconds(1).toNanos()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Expiring> expiring() {
    return owner.withHandle(
        handle ->
            handle
                .createQuery(TENANTS)
                .bind("default", defaultDays.orElse(null))
                .map(
                    (row, context) ->
                        new Expiring(new TenantId(row.getObject(1, UUID.class)), row.getInt(2)))
                .list());
  }

  private int step(Expiring expiring) {
    try {
      return advance(expiring).map(first -> delete(expiring.tenant, first)).orElse(0);
    } catch (JdbiException e) {
      if (TenantPartitions.isMissing(e)) {
        return 0;
      }
      throw e;
    }
  }

  private Optional<Long> advance(Expiring expiring) {
    return owner.inTransaction(
        handle -> {
          TenantContext.enter(handle, expiring.tenant);
          return handle
              .createQuery(String.format(Locale.ROOT, ADVANCE, expiring.tenant.partition()))
              .bind("step", STEP)
              .bind("days", expiring.days)
              .bind("tenant", expiring.tenant.value())
              .mapTo(Long.class)
              .findFirst();
        });
  }

  private int delete(TenantId tenant, long first) {
    return owner.inTransaction(
        handle -> {
          TenantContext.enter(handle, tenant);
          return handle
              .createUpdate(
                  String.format(
                      Locale.ROOT, "DELETE FROM %s WHERE seq < :first", tenant.partition()))
              .bind("first", first)
              .execute();
        });
  }
}
