package dev.chatmultischema.stream;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What one subscriber has read from the database: at most one page at a time. */
final class Replay {

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final PageReader reader;
  private final PageSize pageSize = new PageSize(PageSize.OWN_BYTES);
  private boolean waiting;
  private long nextAsk = System.nanoTime();

  Replay(PageReader reader) {
    this.reader = reader;
  }

  PageSize pageSize() {
    return pageSize;
  }

  /** The page at its position if it is at hand; else it will be brought to the subscriber. */
  Optional<Slice> next(Subscriber subscriber) {
    var recent = reader.recent(subscriber.feed(), subscriber.position());
    if (recent.isEmpty() && !waiting && System.nanoTime() - nextAsk >= 0) {
      waiting = true;
      reader.ask(subscriber);
    }
    return recent;
  }

  /** Notes that an answer came; where there was none to give, the next question waits a moment. */
  void answered(boolean found) {
    waiting = false;
    if (!found) {
      nextAsk = System.nanoTime() + RETRY_NANOS;
    }
  }
}
