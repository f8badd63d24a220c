package dev.chatmultischema.stream;

import dev.chatmultischema.prometheus.TenantMeters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open stream: a position, from which on it takes what its feed's log holds, and from the
 * database what the log does not hold any more.
 *
 * <p>It queues nothing: while the client takes nothing, there is only what is being written. All
 * methods run on its pump's thread, except those that say otherwise.
 */
final class Subscriber implements StreamConnection.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);
  private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  /** How often it is looked after while it is quiet. */
  private static final long LOOK_MILLIS = 1_000;

  /** How many pieces it writes before others have their turn. */
  private static final int TURN = 4;

  private final Access access;
  private final Feed feed;
  private final Pump pump;
  private final Lag lag;
  private final long heartbeatNanos;
  private final TenantMeters meters;
  private final StreamConnection connection;
  private final BiConsumer<Subscriber, Ending> onEnd;
  private final Replay replay;

  private volatile long position;
  private ByteBuffer control;
  private Slice next;
  private boolean queued;
  private boolean ended;
  private boolean behind;
  private long nextHeartbeat;
  private long nextLook = System.nanoTime();

  Subscriber(
      Access access,
      Start start,
      Feed feed,
      Pump pump,
      Replay replay,
      Lag lag,
      Duration heartbeat,
      TenantMeters meters,
      StreamConnection connection,
      BiConsumer<Subscriber, Ending> onEnd) {
    this.access = access;
    this.position = start.position();
    this.control = start.encode();
    this.feed = feed;
    this.pump = pump;
    this.replay = replay;
    this.lag = lag;
    this.heartbeatNanos = heartbeat.toNanos();
    this.meters = meters;
    this.connection = connection;
    this.onEnd = onEnd;
    this.nextHeartbeat = System.nanoTime() + heartbeatNanos;
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
    return replay.pageSize();
  }

  /** The {@code seq} of the last event handed to the client; any thread may ask. */
  long position() {
    return position;
  }

  @Override
  public void opened() {
    pump.execute(
        () -> {
          if (ended) {
            return;
          }
          if (pump.add(this)) {
            feed.audience(pump).add(this);
            run();
          } else {
            end(Ending.STOPPING);
          }
        });
  }

  @Override
  public void unblocked() {
    pump.execute(
        () -> {
          connection.unblock();
          run();
        });
  }

  @Override
  public void broken(Throwable cause) {
    LOG.debug("stream of {} broke", access, cause);
    endLater(Ending.GONE);
  }

  /** Ends it soon; any thread may call this. */
  void endLater(Ending ending) {
    pump.execute(() -> end(ending));
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
    if (ended || connection.blocked() || !hasNext()) {
      return false;
    }
    try {
      write();
      return position < feed.head();
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
    behind = feed.log().isBehind(position);
    if (behind) {
      next = replay.next(this).orElse(null);
    } else {
      lag.inLog();
      next = feed.log().after(position).orElse(null);
    }
    return next != null;
  }

  private void write() throws IOException {
    if (control != null) {
      var bytes = control;
      control = null;
      connection.write(bytes);
    } else {
      var slice = next;
      next = null;
      position = slice.lastSeq();
      connection.write(slice.buffer());
      meters.streamEvents().inc(slice.events());
    }
  }

  /**
   * Brings what follows the position that was asked for, or nothing if there was nothing to read or
   * the database is away; any thread may call this.
   */
  void bring(long asked, Optional<Slice> page) {
    pump.execute(() -> take(asked, page));
  }

  private void take(long asked, Optional<Slice> page) {
    replay.answered(page.isPresent());
    // It may have been found among the recent pages in the meantime, and even been written.
    if (asked == position && next == null) {
      next = page.orElse(null);
    }
    run();
  }

  /**
   * Whether it is time to {@link #tick}: now and then, and often while it is not served at once.
   */
  boolean due(long now) {
    return now - nextLook >= 0 || behind || connection.blocked();
  }

  /** Looks after all that depends on the time, given in the manner of {@link System#nanoTime}. */
  void tick(long now) {
    if (ended) {
      return;
    }
    long left = access.expiresAt().toEpochMilli() - System.currentTimeMillis();
    long look = TimeUnit.MILLISECONDS.toNanos(Math.min(left, LOOK_MILLIS));
    nextLook = now + Math.min(look, heartbeatNanos);
    if (feed.log().isBehind(position)) {
      lag.behindLog(now);
    }
    if (left <= 0) {
      end(Ending.EXPIRED);
    } else if (connection.blocked() && lag.tooMuch(connection.blockedFor(now), now)) {
      end(Ending.TOO_SLOW);
    } else {
      if (now - nextHeartbeat >= 0) {
        nextHeartbeat = now + heartbeatNanos;
        control = control == null ? ByteBuffer.wrap(HEARTBEAT) : control;
      }
      run();
    }
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
      if (control != null && !connection.blocked()) {
        // A stream that ends at once has begun all the same, and says so first.
        connection.write(control);
      }
      connection.end(ending.farewell());
    } catch (IOException | RuntimeException e) {
      LOG.debug("stream of {} broke before its end", access, e);
    }
    onEnd.accept(this, ending);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s at %d of %d, %s",
        access,
        position,
        feed.head(),
        connection.toConnectionString());
  }
}
