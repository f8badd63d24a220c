package dev.chatmultischema.stream.delivery;

import dev.chatmultischema.prometheus.TenantMeters;
import dev.chatmultischema.stream.access.StreamGrant;
import dev.chatmultischema.stream.feed.Feed;
import dev.chatmultischema.stream.feed.FrameSlice;
import dev.chatmultischema.stream.feed.PageSizeEstimator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open stream. It writes the frames that follow its position to its connection.
 *
 * <p>It has no queue: while the client reads nothing, only the bytes of the write under way are
 * held. All methods run on its event loop, unless their Javadoc says that any thread may call them.
 */
public final class Subscriber implements StreamConnection.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);
  private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  /** The number of writes before other subscribers of the event loop are served. */
  private static final int MAX_WRITES = 4;

  private final StreamGrant grant;
  private final FeedReader reader;
  private final EventLoop loop;
  private final SlowConsumerPolicy policy;
  private final SubscriberTimer timer;
  private final TenantMeters meters;
  private final StreamConnection connection;
  private final BiConsumer<Subscriber, CloseReason> onClose;

  /** The first event or a heartbeat, to be written before all frames; null if there is none. */
  private ByteBuffer control;

  private boolean isQueued;
  private boolean isClosed;

  public Subscriber(
      DeliveryContext context,
      StreamGrant grant,
      StartPosition start,
      Feed feed,
      TenantMeters meters,
      StreamConnection connection) {
    this.grant = grant;
    this.loop = context.loops().next();
    this.policy = new SlowConsumerPolicy(context.maxStall());
    this.reader = new FeedReader(feed, start.position(), new Replay(context.replays()), policy);
    this.timer =
        new SubscriberTimer(grant.expiresAt(), context.heartbeat().toNanos(), System.nanoTime());
    this.control = start.encode();
    this.meters = meters;
    this.connection = connection;
    this.onClose = context.onClose();
  }

  public StreamGrant grant() {
    return grant;
  }

  public Feed feed() {
    return reader.feed();
  }

  public TenantMeters meters() {
    return meters;
  }

  PageSizeEstimator pageSize() {
    return reader.pageSize();
  }

  /** Returns the {@code seq} of the last event written; any thread may call this. */
  long position() {
    return reader.position();
  }

  /** Opens the stream once Jetty has completed the request; any thread may call this. */
  public void open(Request request) {
    connection.upgrade(request, this);
  }

  @Override
  public void onOpened() {
    loop.execute(
        () -> {
          if (isClosed) {
            return;
          }
          if (loop.add(this)) {
            run();
          } else {
            close(CloseReason.SHUTDOWN);
          }
        });
  }

  @Override
  public void onUnblocked() {
    loop.execute(
        () -> {
          connection.unblock();
          run();
        });
  }

  @Override
  public void onBroken(Throwable cause) {
    LOG.debug("connection of stream {} broke", grant, cause);
    closeLater(CloseReason.DISCONNECTED);
  }

  /** Closes the stream soon; any thread may call this. */
  public void closeLater(CloseReason reason) {
    loop.execute(() -> close(reason));
  }

  private void run() {
    for (int i = 0; i < MAX_WRITES; i++) {
      if (!advance()) {
        return;
      }
    }
    if (!isQueued) {
      isQueued = true;
      loop.execute(this::runQueued);
    }
  }

  private void runQueued() {
    isQueued = false;
    run();
  }

  /** Makes one write if possible; returns whether there may be more to write at once. */
  boolean advance() {
    if (isClosed || connection.isBlocked()) {
      return false;
    }
    boolean hasMore = (control != null || reader.prepareNext(this)) && writeNext();
    if (isBusy()) {
      loop.tickOften(this);
    }
    return hasMore;
  }

  private boolean writeNext() {
    try {
      write();
      return !reader.isAtHead();
    } catch (IOException | RuntimeException e) {
      LOG.debug("could not write to stream {}; closing it", grant, e);
      close(CloseReason.DISCONNECTED);
      return false;
    }
  }

  private void write() throws IOException {
    if (control != null) {
      var bytes = control;
      control = null;
      connection.write(bytes);
    } else {
      var frames = reader.next();
      connection.write(frames.buffer());
      meters.streamEvents().inc(frames.events());
    }
  }

  /**
   * Passes on the page that was requested from {@link ReplayReader} at a position; empty if no
   * message follows, or if the database is unavailable. Any thread may call this.
   */
  void offerPage(long requestedPosition, Optional<FrameSlice> page) {
    loop.execute(
        () -> {
          reader.offer(requestedPosition, page);
          run();
        });
  }

  private boolean isBusy() {
    return !isClosed && (reader.isReplaying() || connection.isBlocked());
  }

  /** Returns whether {@link #tick} must follow sooner than after a second. */
  boolean needsFrequentTicks() {
    return isBusy() || timer.needsFrequentChecks(System.currentTimeMillis());
  }

  /**
   * Checks all limits of time and writes heartbeats.
   *
   * @param now a time in the scale of {@link System#nanoTime}
   */
  void tick(long now) {
    if (isClosed) {
      return;
    }
    long nowMillis = System.currentTimeMillis();
    if (reader.isEvicted()) {
      policy.recordEvicted(now);
    }
    if (timer.isExpired(nowMillis)) {
      close(CloseReason.TOKEN_EXPIRED);
    } else if (connection.isBlocked() && policy.isTooSlow(connection.blockedNanos(now), now)) {
      close(CloseReason.SLOW_CONSUMER);
    } else {
      if (timer.pollHeartbeat(now) && control == null) {
        control = ByteBuffer.wrap(HEARTBEAT);
      }
      run();
    }
  }

  /** Closes the stream now, with the last bytes of the reason unless the client is blocked. */
  void close(CloseReason reason) {
    if (isClosed) {
      return;
    }
    isClosed = true;
    loop.remove(this);
    try {
      if (control != null && !connection.isBlocked()) {
        // A stream that closes at once has begun nevertheless, so its first event comes first.
        connection.write(control);
      }
      connection.close(reason.lastBytes());
    } catch (IOException | RuntimeException e) {
      LOG.debug("stream {} broke before its last bytes", grant, e);
    }
    LOG.debug("closed stream {}: {}", this, reason);
    onClose.accept(this, reason);
  }

  @Override
  public String toString() {
    return grant
        + (" at " + position() + " of " + feed().head() + ", ")
        + connection.toConnectionString();
  }
}
