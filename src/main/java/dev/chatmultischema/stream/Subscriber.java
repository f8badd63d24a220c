package dev.chatmultischema.stream;

import dev.chatmultischema.metrics.TenantMeters;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open stream: a position, from which on it takes what its feed's log holds, and from the
 * database what the log does not hold any more.
 *
 * <p>It queues nothing: while the client takes nothing, there is only what is being written. All
 * methods run on its pump's thread, except those that say otherwise.
 */
final class Subscriber implements WriteListener {

  private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);
  private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  /** How many pieces it writes before others have their turn. */
  private static final int TURN = 4;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /**
   * What subscribers share.
   *
   * @param stall how long a client that was live may take nothing once the log has left it behind
   * @param patience how long any client may take nothing
   */
  record Rules(Duration heartbeat, Duration stall, Duration patience) {}

  private final Access access;
  private final Feed feed;
  private final Pump pump;
  private final PageReader reader;
  private final Rules rules;
  private final TenantMeters meters;
  private final AsyncContext async;
  private final HttpOutput out;
  private final BiConsumer<Subscriber, Ending> onEnd;

  private final PageSize pageSize = new PageSize(PageSize.OWN_BYTES);
  private volatile long position;
  private ByteBuffer control;
  private Slice next;
  private boolean joined;
  private boolean asked;
  private boolean queued;
  private boolean ended;
  // The container says when the first write is possible.
  private boolean blocked = true;
  private long blockedSince = System.nanoTime();
  private long nextHeartbeat;
  private long nextAsk = System.nanoTime();

  Subscriber(
      Access access,
      Start start,
      Feed feed,
      Pump pump,
      PageReader reader,
      Rules rules,
      TenantMeters meters,
      AsyncContext async,
      HttpOutput out,
      BiConsumer<Subscriber, Ending> onEnd) {
    this.access = access;
    this.position = start.position();
    this.control = start.encode();
    this.feed = feed;
    this.pump = pump;
    this.reader = reader;
    this.rules = rules;
    this.meters = meters;
    this.async = async;
    this.out = out;
    this.onEnd = onEnd;
    this.nextHeartbeat = System.nanoTime() + rules.heartbeat().toNanos();
  }

  Access access() {
    return access;
  }

  Feed feed() {
    return feed;
  }

  TenantMeters meters() {
    return meters;
  }

  PageSize pageSize() {
    return pageSize;
  }

  /** The {@code seq} of the last event handed to the client; any thread may ask. */
  long position() {
    return position;
  }

  /** Called by the container, once at first and then when a write that was waited for is done. */
  @Override
  public void onWritePossible() {
    pump.execute(this::unblock);
  }

  /** Called by the container. */
  @Override
  public void onError(Throwable cause) {
    LOG.debug("stream of {} failed", access, cause);
    endLater(Ending.GONE);
  }

  /** Ends it soon; any thread may call this. */
  void endLater(Ending ending) {
    pump.execute(() -> end(ending));
  }

  /** Hands it to its pump; any thread may call this. */
  void enroll() {
    pump.execute(
        () -> {
          if (pump.add(this)) {
            feed.audience(pump).add(this);
          } else {
            end(Ending.STOPPING);
          }
        });
  }

  private void unblock() {
    blocked = false;
    run();
  }

  private void run() {
    for (int i = 0; i < TURN; i++) {
      if (!advance()) {
        return;
      }
    }
    if (!queued) {
      queued = true;
      pump.execute(this::takeTurn);
    }
  }

  private void takeTurn() {
    queued = false;
    run();
  }

  /** Writes one piece; true if there may be more to write at once. */
  boolean advance() {
    if (ended || blocked || !hasNext()) {
      return false;
    }
    try {
      if (!out.isReady()) {
        blocked = true;
        blockedSince = System.nanoTime();
        return false;
      }
      write();
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.debug("stream of {} broke", access, e);
      end(Ending.GONE);
      return false;
    }
  }

  private boolean hasNext() {
    if (control != null || next != null) {
      return true;
    }
    if (feed.log().isBehind(position)) {
      askForPage();
      return false;
    }
    joined = true;
    next = feed.log().after(position).orElse(null);
    return next != null;
  }

  private void write() throws IOException {
    if (control != null) {
      var bytes = control;
      control = null;
      out.write(bytes);
    } else {
      var slice = next;
      next = null;
      position = slice.lastSeq();
      out.write(slice.buffer());
      meters.streamEvents().inc(slice.events());
    }
  }

  private void askForPage() {
    if (!asked && System.nanoTime() - nextAsk >= 0) {
      asked = true;
      reader.ask(this);
    }
  }

  /**
   * Brings what follows the position, or nothing if there was nothing to read or the database is
   * away; any thread may call this.
   */
  void bring(Optional<Slice> page) {
    pump.execute(() -> take(page));
  }

  private void take(Optional<Slice> page) {
    asked = false;
    if (page.isEmpty()) {
      nextAsk = System.nanoTime() + RETRY_NANOS;
      return;
    }
    next = page.get();
    run();
  }

  /** Looks after all that depends on the time, given in the manner of {@link System#nanoTime}. */
  void tick(long now) {
    if (ended) {
      return;
    }
    if (!Instant.now().isBefore(access.expiresAt())) {
      end(Ending.EXPIRED);
    } else if (blocked && tooSlow(now - blockedSince)) {
      end(Ending.TOO_SLOW);
    } else {
      if (now - nextHeartbeat >= 0) {
        nextHeartbeat = now + rules.heartbeat().toNanos();
        control = control == null ? ByteBuffer.wrap(HEARTBEAT) : control;
      }
      run();
    }
  }

  private boolean tooSlow(long nanos) {
    return nanos >= rules.patience().toNanos()
        || (joined && nanos >= rules.stall().toNanos() && feed.log().isBehind(position));
  }

  /** Ends it now, with a farewell if the client can take one. */
  void end(Ending ending) {
    if (ended) {
      return;
    }
    ended = true;
    pump.remove(this);
    feed.audience(pump).remove(this);
    try {
      var farewell = ending.farewell();
      if (!blocked && farewell.hasRemaining() && out.isReady()) {
        out.write(farewell);
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("stream of {} broke before its end", access, e);
    }
    try {
      // With a write waited for, this breaks the connection, which is right for who does not read.
      async.complete();
    } catch (IllegalStateException e) {
      LOG.debug("stream of {} had ended", access, e);
    }
    onEnd.accept(this, ending);
  }
}
