package dev.chatmultischema.stream;

import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads pages of history on a few threads: in turns between tenants, and for each tenant in turns
 * between its subscribers, so that the longest replay holds nobody up.
 */
final class PageReader {

  private static final Logger LOG = LoggerFactory.getLogger(PageReader.class);

  private final History history;
  private final Frames frames;
  private final List<Thread> threads = new ArrayList<>();

  /** Each subscriber is in here once at most. */
  private final Map<TenantId, Queue<Subscriber>> waiting = new LinkedHashMap<>();

  private boolean stopped;

  PageReader(History history, Frames frames, int threads) {
    this.history = history;
    this.frames = frames;
    for (int i = 0; i < threads; i++) {
      var thread = new Thread(this::run, "stream-reader-" + i);
      thread.setDaemon(true);
      this.threads.add(thread);
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  void stop() throws InterruptedException {
    synchronized (this) {
      stopped = true;
      notifyAll();
    }
    for (var thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    }
  }

  /** Has a page read for a subscriber when its turn comes. */
  synchronized void ask(Subscriber subscriber) {
    waiting
        .computeIfAbsent(subscriber.access().tenant(), tenant -> new ArrayDeque<>())
        .add(subscriber);
    notify();
  }

  private synchronized Optional<Subscriber> next() throws InterruptedException {
    while (waiting.isEmpty() && !stopped) {
      wait();
    }
    if (stopped) {
      return Optional.empty();
    }
    var turn = waiting.entrySet().iterator().next();
    var subscriber = turn.getValue().remove();
    waiting.remove(turn.getKey());
    if (!turn.getValue().isEmpty()) {
      // Put in again, the tenant is the last in line.
      waiting.put(turn.getKey(), turn.getValue());
    }
    return Optional.of(subscriber);
  }

  private void run() {
    try {
      for (var subscriber = next(); subscriber.isPresent(); subscriber = next()) {
        serve(subscriber.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Subscriber subscriber) {
    var tenant = subscriber.access().tenant();
    try {
      subscriber.bring(page(tenant, subscriber.position(), subscriber.pageSize()));
    } catch (JdbiException e) {
      if (TenantPartitions.gone(e)) {
        subscriber.endLater(Ending.FORBIDDEN);
        return;
      }
      if (DatabaseFault.of(e) == DatabaseFault.REFUSED) {
        LOG.error("reading messages of tenant {} failed", tenant, e);
      }
      subscriber.bring(Optional.empty());
    } catch (RuntimeException e) {
      LOG.error("reading messages of tenant {} failed", tenant, e);
      subscriber.endLater(Ending.GONE);
    }
  }

  private Optional<Slice> page(TenantId tenant, long position, PageSize size) {
    var rows = history.after(tenant, position, size.rows());
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    var data = rows.stream().map(frames::json).toList();
    int length = 0;
    for (int i = 0; i < data.size(); i++) {
      length += Frames.length(rows.get(i).seq(), data.get(i).length);
    }
    var bytes = new byte[length];
    int at = 0;
    for (int i = 0; i < data.size(); i++) {
      var json = data.get(i);
      at = Frames.write(bytes, at, rows.get(i).seq(), json, 0, json.length);
    }
    size.saw(rows.size(), length);
    return Optional.of(new Slice(bytes, 0, length, rows.get(rows.size() - 1).seq(), rows.size()));
  }
}
