package dev.chatmultischema.stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads pages of history on a few threads: in turns between tenants, and for each tenant in turns
 * between its subscribers, so that the longest replay holds nobody up.
 *
 * <p>Pages are kept for a while, since clients come back together, and to the same place.
 */
final class PageReader {

  private static final Logger LOG = LoggerFactory.getLogger(PageReader.class);

  /** Every page ends at a multiple of this at the latest, so that different replays meet. */
  private static final int GRID = 512;

  private static final int PAGE_OVERHEAD = 256;

  private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final History history;
  private final Frames frames;
  private final Cache<Place, Slice> pages;
  private final List<LongLivedThread> threads = new ArrayList<>();

  /** Each subscriber is in here once at most. */
  private final FairTurns<TenantId, Subscriber> waiting = new FairTurns<>();

  /** Where a page begins. A feed that was found wrong takes its pages with it. */
  private record Place(Feed feed, long position) {}

  PageReader(History history, Frames frames, int threads, long maxCachedBytes) {
    this.history = history;
    this.frames = frames;
    this.pages =
        Caffeine.newBuilder()
            .maximumWeight(maxCachedBytes)
            .<Place, Slice>weigher((place, page) -> PAGE_OVERHEAD + page.bytes().length)
            .build();
    for (int i = 0; i < threads; i++) {
      this.threads.add(new LongLivedThread("stream-reader-" + i, this::run));
    }
  }

  void start() {
    threads.forEach(LongLivedThread::start);
  }

  void stop() throws InterruptedException {
    threads.forEach(LongLivedThread::shutdown);
    waiting.close();
    long deadline = System.nanoTime() + STOP_NANOS;
    for (var thread : threads) {
      // Those that wait for an answer are left behind: they hold nothing that matters.
      var unused = thread.awaitTermination(Duration.ofNanos(deadline - System.nanoTime()));
    }
  }

  /** What follows a position, if somebody read just that a short while ago. */
  Optional<Slice> recent(Feed feed, long position) {
    return Optional.ofNullable(pages.getIfPresent(new Place(feed, position)));
  }

  /** Has a page read for a subscriber when its turn comes. */
  void ask(Subscriber subscriber) {
    waiting.add(subscriber.access().tenant(), subscriber);
  }

  private void run() throws InterruptedException {
    for (var next = waiting.take(); next.isPresent(); next = waiting.take()) {
      serve(next.get());
    }
  }

  private void serve(Subscriber subscriber) {
    var tenant = subscriber.access().tenant();
    var place = new Place(subscriber.feed(), subscriber.position());
    try {
      subscriber.bring(place.position(), page(place, subscriber.pageSize()));
    } catch (JdbiException e) {
      if (TenantPartitions.isMissing(e)) {
        subscriber.endLater(Ending.FORBIDDEN);
        return;
      }
      if (DatabaseFault.of(e) == DatabaseFault.REFUSED) {
        LOG.error("reading messages of tenant {} failed", tenant, e);
      }
      subscriber.bring(place.position(), Optional.empty());
    } catch (RuntimeException | Error e) {
      LOG.error("reading messages of tenant {} failed", tenant, e);
      subscriber.endLater(Ending.GONE);
    }
  }

  private Optional<Slice> page(Place place, PageSize size) {
    var recent = pages.getIfPresent(place);
    if (recent != null) {
      return Optional.of(recent);
    }
    // Two threads may read the same page; waiting for each other might take longer.
    var read = read(place, size);
    read.ifPresent(page -> pages.put(place, page));
    return read;
  }

  /** Reads up to the next place where all pages begin anew; empty if there is nothing. */
  private Optional<Slice> read(Place place, PageSize size) {
    long toNextGrid = GRID - place.position() % GRID;
    int limit = (int) Math.min(size.rows(), toNextGrid);
    var rows = history.after(place.feed().tenant(), place.position(), limit);
    var page = new ByteArrayOutputStream(PageSize.OWN_BYTES);
    long last = place.position();
    int events = 0;
    for (var row : rows) {
      var json = frames.json(row);
      if (events > 0 && page.size() + json.length > PageSize.OWN_BYTES) {
        break;
      }
      var frame = new byte[Frames.length(row.seq(), json.length)];
      Frames.write(frame, 0, row.seq(), json, 0, json.length);
      page.writeBytes(frame);
      last = row.seq();
      events++;
    }
    size.saw(events, page.size());
    return events == 0
        ? Optional.empty()
        : Optional.of(new Slice(page.toByteArray(), 0, page.size(), last, events));
  }
}
