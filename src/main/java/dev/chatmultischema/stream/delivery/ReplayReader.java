package dev.chatmultischema.stream.delivery;

import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.stream.feed.Feed;
import dev.chatmultischema.stream.feed.FrameSlice;
import dev.chatmultischema.stream.feed.HistoryPages;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads pages of history for subscribers on a few threads: round-robin between tenants, and first
 * come, first served between the subscribers of one tenant, one page at a time. So a long replay
 * delays no other.
 */
public final class ReplayReader {

  private static final Logger LOG = LoggerFactory.getLogger(ReplayReader.class);

  private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final HistoryPages pages;
  private final List<LongLivedThread> threads;

  /** Holds each subscriber once at most. */
  private final FairQueue<TenantId, Subscriber> requests = new FairQueue<>();

  public ReplayReader(HistoryPages pages, int threads) {
    this.pages = pages;
    this.threads =
        IntStream.range(0, threads)
            .mapToObj(i -> new LongLivedThread("stream-reader-" + i, this::run))
            .toList();
  }

  public void start() {
    threads.forEach(LongLivedThread::start);
  }

  /** Drops all requests, and waits up to 1 s for reads under way. */
  public void stop() throws InterruptedException {
    threads.forEach(LongLivedThread::shutdown);
    requests.close();
    long deadline = System.nanoTime() + STOP_NANOS;
    for (var thread : threads) {
      if (!thread.awaitTermination(Duration.ofNanos(deadline - System.nanoTime()))) {
        // A daemon thread that only reads: it may end with the process.
        LOG.debug("a thread that reads history still waits for PostgreSQL; leaving it behind");
      }
    }
  }

  /** Returns the page after a position if it is cached; does not block. */
  Optional<FrameSlice> cached(Feed feed, long position) {
    return pages.cached(feed, position);
  }

  /** Reads the page after a subscriber's position, and offers it to the subscriber. */
  void request(Subscriber subscriber) {
    requests.add(subscriber.feed().tenant(), subscriber);
  }

  private void run() throws InterruptedException {
    for (var next = requests.poll(); next.isPresent(); next = requests.poll()) {
      serve(next.get());
    }
  }

  private void serve(Subscriber subscriber) {
    var feed = subscriber.feed();
    long position = subscriber.position();
    try {
      subscriber.offerPage(position, pages.read(feed, position, subscriber.pageSize()));
    } catch (JdbiException e) {
      if (TenantPartitions.isMissing(e)) {
        subscriber.closeLater(CloseReason.ACCESS_WITHDRAWN);
        return;
      }
      if (DatabaseFault.of(e) == DatabaseFault.REFUSED) {
        LOG.error(
            "could not read messages of tenant {} for a replay; retrying in 250 ms",
            feed.tenant(),
            e);
      }
      subscriber.offerPage(position, Optional.empty());
    } catch (HistoryPages.MessagesDeleted e) {
      subscriber.closeLater(CloseReason.MESSAGES_DELETED);
    } catch (RuntimeException | Error e) {
      LOG.error(
          "could not read messages of tenant {} for a replay; closing the stream",
          feed.tenant(),
          e);
      subscriber.closeLater(CloseReason.INTERNAL_ERROR);
    }
  }
}
