package dev.chatmultischema.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.database.DatabaseUnavailable;
import dev.chatmultischema.tenant.TenantContext;
import dev.chatmultischema.tenant.TenantId;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a new epoch of a tenant's history where messages that were stored did not survive.
 *
 * <p>A head records the history of PostgreSQL in which it was advanced last. Before it is advanced
 * in another one, it is compared with the heads that this node and all nodes together remember.
 */
public final class Epochs {

  private static final Logger LOG = LoggerFactory.getLogger(Epochs.class);

  private static final int MAX_REMEMBERED = 100_000;

  private static final String HEAD =
      "SELECT epoch, head_seq, server FROM tenant_heads WHERE tenant_id = :tenant";

  private static final String UPDATE =
      "UPDATE tenant_heads SET epoch = :epoch, server = :server WHERE tenant_id = :tenant";

  private final Jdbi jdbi;
  private final SharedHeads shared;
  private final Cache<TenantId, Position> remembered =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

  public Epochs(Jdbi jdbi, SharedHeads shared) {
    this.jdbi = jdbi;
    this.shared = shared;
  }

  private record Head(Position position, Optional<ServerHistory> server) {}

  /** Remembers a head that this node has stored or read. */
  public void remember(TenantId tenant, Position head) {
    remembered.asMap().merge(tenant, head, Epochs::later);
  }

  private static Position later(Position one, Position other) {
    if (one.epoch() != other.epoch()) {
      return one.epoch() > other.epoch() ? one : other;
    }
    return one.seq() >= other.seq() ? one : other;
  }

  /**
   * Makes the server of a connection that of a tenant's head, and begins an epoch if messages are
   * lost; returns false if there is no head.
   *
   * @param handle a connection outside a transaction
   * @throws DatabaseUnavailable if this cannot be decided now
   */
  boolean adopt(Handle handle, TenantId tenant) {
    var server = ServerHistory.of(handle);
    var before = handle.inTransaction(reading -> head(reading, tenant, ""));
    if (before.isEmpty() || before.get().server.equals(Optional.of(server))) {
      return before.isPresent();
    }
    var known = ask(tenant, before.get(), server);
    handle.useTransaction(
        locked -> {
          var head = head(locked, tenant, " FOR UPDATE");
          if (head.isPresent() && head.equals(before)) {
            adopt(locked, tenant, head.get(), server, known);
          }
        });
    return true;
  }

  /** Returns the head that all nodes remember together; empty if it is unknown. */
  private OptionalLong ask(TenantId tenant, Head head, ServerHistory server) {
    if (head.server.isEmpty()) {
      return OptionalLong.of(0);
    }
    try {
      return OptionalLong.of(shared.find(tenant, head.position.epoch()));
    } catch (SharedHeads.Unavailable e) {
      if (e.isTemporary() && server.isOtherTimeline(head.server.get())) {
        throw new DatabaseUnavailable(e);
      }
      return OptionalLong.empty();
    }
  }

  private void adopt(
      Handle locked, TenantId tenant, Head head, ServerHistory server, OptionalLong known) {
    long seq = Math.max(known.orElse(0), own(tenant, head.position.epoch()));
    boolean isOtherCluster = head.server.filter(server::isOtherCluster).isPresent();
    boolean isUncertain =
        known.isEmpty() && head.server.filter(server::isOtherTimeline).isPresent();
    boolean begins = seq > head.position.seq() || isOtherCluster || isUncertain;
    if (begins) {
      LOG.warn(
          "messages of tenant {} may be lost: PostgreSQL has {} of them, {} are known, and its"
              + " history is {} after {}; beginning epoch {}",
          tenant,
          head.position.seq(),
          seq,
          server,
          head.server.map(ServerHistory::toString).orElse("none"),
          head.position.epoch() + 1);
    }
    update(locked, tenant, head.position.epoch() + (begins ? 1 : 0), server);
  }

  /** Returns the head that this node remembers of an epoch, or 0. */
  private long own(TenantId tenant, int epoch) {
    var own = remembered.getIfPresent(tenant);
    return own != null && own.epoch() == epoch ? own.seq() : 0;
  }

  /**
   * Begins an epoch if PostgreSQL has fewer messages of a tenant than this node remembers.
   *
   * @throws org.jdbi.v3.core.JdbiException if PostgreSQL is unavailable
   */
  public void beginIfLost(TenantId tenant) {
    jdbi.useHandle(
        handle -> {
          var server = ServerHistory.of(handle);
          handle.useTransaction(
              locked -> {
                var head = head(locked, tenant, " FOR UPDATE");
                if (head.isPresent()
                    && own(tenant, head.get().position.epoch()) > head.get().position.seq()) {
                  adopt(locked, tenant, head.get(), server, OptionalLong.of(0));
                }
              });
        });
  }

  /**
   * Begins an epoch in any case; returns it, or empty if there is no such tenant.
   *
   * @throws org.jdbi.v3.core.JdbiException if PostgreSQL is unavailable
   */
  public OptionalInt begin(TenantId tenant) {
    return jdbi.withHandle(
        handle -> {
          var server = ServerHistory.of(handle);
          return handle.inTransaction(
              locked -> {
                var head = head(locked, tenant, " FOR UPDATE");
                if (head.isEmpty()) {
                  return OptionalInt.empty();
                }
                int epoch = head.get().position.epoch() + 1;
                update(locked, tenant, epoch, server);
                return OptionalInt.of(epoch);
              });
        });
  }

  private static Optional<Head> head(Handle handle, TenantId tenant, String lock) {
    TenantContext.enter(handle, tenant);
    return handle
        .createQuery(HEAD + lock)
        .bind("tenant", tenant.value())
        .map(
            (row, context) ->
                new Head(
                    new Position(row.getInt(1), row.getLong(2)),
                    ServerHistory.ofColumn(row.getString(3))))
        .findFirst();
  }

  private static void update(Handle locked, TenantId tenant, int epoch, ServerHistory server) {
    locked
        .createUpdate(UPDATE)
        .bind("epoch", epoch)
        .bind("server", server.toString())
        .bind("tenant", tenant.value())
        .execute();
  }
}
