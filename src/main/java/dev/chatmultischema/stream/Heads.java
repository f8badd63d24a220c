package dev.chatmultischema.stream;

import dev.chatmultischema.database.DatabaseUnavailable;
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
 * Reads the highest {@code seq} of tenants; who asks while a query is under way shares the next
 * one, so that thousands of clients that reconnect at once are a handful of queries.
 */
final class Heads {

  private static final long TIMEOUT_SECONDS = 5;

  private final StreamDao dao;
  private final ReentrantLock turn = new ReentrantLock();
  private Batch next;

  private static final class Batch {
    final Set<TenantId> tenants = new HashSet<>();
    final CompletableFuture<Map<TenantId, Long>> heads = new CompletableFuture<>();
  }

  Heads(StreamDao dao) {
    this.dao = dao;
  }

  /** The heads of those of the tenants that there are. */
  Map<TenantId, Long> of(Collection<TenantId> tenants) {
    var heads = new HashMap<TenantId, Long>();
    dao.heads(StreamDao.array(tenants.stream().map(TenantId::value).toList()))
        .forEach(head -> heads.put(head.tenantId(), head.headSeq()));
    return heads;
  }

  /**
   * A tenant's head, read after this was called; empty if there is no such tenant.
   *
   * @throws org.jdbi.v3.core.JdbiException if the database does not answer
   * @throws DatabaseUnavailable if it does not within 5 s
   */
  Optional<Long> of(TenantId tenant) {
    Batch batch;
    boolean leads;
    synchronized (this) {
      leads = next == null;
      if (leads) {
        next = new Batch();
      }
      batch = next;
      batch.tenants.add(tenant);
    }
    if (leads) {
      lead(batch);
    }
    return Optional.ofNullable(await(batch).get(tenant));
  }

  private void lead(Batch batch) {
    boolean leads = false;
    try {
      leads = turn.tryLock(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      synchronized (this) {
        next = null;
      }
      if (leads) {
        batch.heads.complete(of(batch.tenants));
      } else {
        batch.heads.completeExceptionally(new TimeoutException("the query before takes too long"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      batch.heads.completeExceptionally(e);
    } catch (RuntimeException e) {
      batch.heads.completeExceptionally(e);
    } finally {
      if (leads) {
        turn.unlock();
      }
    }
  }

  private static Map<TenantId, Long> await(Batch batch) {
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
