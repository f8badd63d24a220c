package dev.chatmultischema.stream.feed;

import dev.chatmultischema.database.DatabaseUnavailable;
import dev.chatmultischema.message.HistoryBounds;
import dev.chatmultischema.message.Position;
import dev.chatmultischema.tenant.TenantId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads the heads of tenants. Callers that arrive during a query share the next one, so thousands
 * of clients that reconnect at once cause a handful of queries.
 */
public final class HeadReader {

  private static final long TIMEOUT_SECONDS = 5;

  private final HeadDao dao;

  /** Is held by the thread that executes a query. */
  private final ReentrantLock querying = new ReentrantLock();

  /** The batch that callers join; its first caller, the leader, executes its query. */
  private Batch next;

  private static final class Batch {
    final Set<TenantId> tenants = new HashSet<>();
    final CompletableFuture<Map<TenantId, HistoryBounds>> heads = new CompletableFuture<>();
  }

  public HeadReader(HeadDao dao) {
    this.dao = dao;
  }

  /** Returns the heads of many tenants, without those that do not exist. */
  Map<TenantId, HistoryBounds> heads(Collection<TenantId> tenants) {
    var heads = new HashMap<TenantId, HistoryBounds>();
    dao.heads(tenants.stream().map(TenantId::value).toList())
        .forEach(
            head ->
                heads.put(
                    head.tenantId(),
                    new HistoryBounds(
                        head.firstSeq(), new Position(head.epoch(), head.headSeq()))));
    return heads;
  }

  /**
   * Returns a tenant's head and first {@code seq}, read after this method was called; empty if the
   * tenant does not exist.
   *
   * @throws org.jdbi.v3.core.JdbiException if the query fails
   * @throws DatabaseUnavailable if the database does not respond within 5 s
   */
  public Optional<HistoryBounds> head(TenantId tenant) {
    Batch batch;
    boolean isLeader;
    synchronized (this) {
      isLeader = next == null;
      if (isLeader) {
        next = new Batch();
      }
      batch = next;
      batch.tenants.add(tenant);
    }
    if (isLeader) {
      execute(batch);
    }
    return Optional.ofNullable(await(batch).get(tenant));
  }

  private void execute(Batch batch) {
    boolean isLocked = false;
    try {
      isLocked = querying.tryLock(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      synchronized (this) {
        next = null;
      }
      if (isLocked) {
        batch.heads.complete(heads(batch.tenants));
      } else {
        batch.heads.completeExceptionally(
            new TimeoutException("the query before has not returned in " + TIMEOUT_SECONDS + " s"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      batch.heads.completeExceptionally(e);
    } catch (RuntimeException e) {
      batch.heads.completeExceptionally(e);
    } finally {
      if (isLocked) {
        querying.unlock();
      }
    }
  }

  private static Map<TenantId, HistoryBounds> await(Batch batch) {
    try {
      return batch.heads.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new DatabaseUnavailable(e.getCause());
    } catch (TimeoutException e) {
      throw new DatabaseUnavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseUnavailable(e);
    }
  }
}
