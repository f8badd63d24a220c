package dev.chatmultischema.stream.feed;

import com.codahale.metrics.Meter;
import dev.chatmultischema.message.Position;
import dev.chatmultischema.redis.BroadcastSignature;
import dev.chatmultischema.redis.RedisSubscriber;
import dev.chatmultischema.redis.Subscription;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tenant's messages as frames in order of {@code seq}: live from Redis, completed from
 * PostgreSQL where broadcasts were lost.
 *
 * <p>Redis broadcasts most messages. A duplicate is dropped. A message that arrives early waits in
 * a {@link ReorderBuffer} for a short time; then the missing messages are read from PostgreSQL.
 * Messages are broadcast only after their commit, so that read finds all of them.
 */
public final class Feed implements RedisSubscriber.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  /** The longest gap in messages that is read for all subscribers; some may not need them. */
  private static final long MAX_GAP = 5_000;

  private final TenantId tenant;
  private final int epoch;
  private final FrameLog log;
  private final MessageSequencer sequencer;
  private final GapTracker gaps = new GapTracker();
  private final GapFetcher fetcher;
  private final BroadcastSignature signature;
  private final Meter rejected;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  private Subscription subscription;
  private boolean hasWarned;
  private volatile boolean isSubscribed;
  private volatile boolean isClosed;

  /** Is notified of new frames, on threads that must not be blocked. */
  public interface Listener {

    /** Reports that the feed's {@link #head} is higher than before, or may be. */
    void onFrames();
  }

  Feed(TenantId tenant, Position head, FeedResources resources) {
    this.tenant = tenant;
    this.epoch = head.epoch();
    this.log = new FrameLog(head, resources.maxLogBytes(), resources.budget());
    this.signature = resources.signature();
    this.rejected = resources.rejected();
    this.sequencer = new MessageSequencer(log);
    this.fetcher = new GapFetcher(tenant, epoch, resources, sequencer, gaps, this::notifyListeners);
  }

  void subscribe(RedisSubscriber redis, String channel) {
    subscription = redis.subscribe(channel, this);
  }

  void close() {
    isClosed = true;
    fetcher.close();
    subscription.close();
    log.close();
  }

  /** Returns whether the feed has ended, so that no more frames follow. */
  public boolean isClosed() {
    return isClosed;
  }

  public TenantId tenant() {
    return tenant;
  }

  /** Returns the epoch of all frames; a feed ends with its epoch. */
  public int epoch() {
    return epoch;
  }

  /** Returns the {@code seq} of the latest frame. */
  public long head() {
    return log.head();
  }

  /** Returns whether only PostgreSQL still has the messages that follow a position. */
  public boolean hasEvicted(long position) {
    return log.hasEvicted(position);
  }

  /** Returns frames that follow a position; empty if there are none, or if they are evicted. */
  public Optional<FrameSlice> after(long position) {
    return log.after(position);
  }

  /** Evicts frames as far as the limits of memory demand. */
  void trim() {
    log.trim();
  }

  /** Notifies a listener from now on. */
  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  public void removeListener(Listener listener) {
    listeners.remove(listener);
  }

  private void notifyListeners() {
    listeners.forEach(Listener::onFrames);
  }

  /**
   * Returns whether the head must be read from PostgreSQL to learn of new messages: Redis is not
   * subscribed to, or messages may have been missed.
   */
  boolean mayHaveGap() {
    return !isSubscribed || gaps.hasOpenGap();
  }

  /**
   * Returns a mark of the gaps that are open before a read of PostgreSQL, for {@link #observeHead}.
   */
  int gapMark() {
    return gaps.mark();
  }

  @Override
  public void onSubscribed() {
    // Messages that were broadcast before this moment may have been missed.
    gaps.open();
    isSubscribed = true;
  }

  @Override
  public void onLost() {
    isSubscribed = false;
  }

  @Override
  public void onMessage(byte[] bytes) {
    if (signature.verify(tenant, bytes)) {
      BroadcastPayload.parse(bytes, BroadcastSignature.CONTENT)
          .ifPresentOrElse(this::place, () -> reject(bytes));
    } else {
      reject(bytes);
    }
  }

  /** Ignores a broadcast that no node has sent, or not so; PostgreSQL has what it may lack. */
  private void reject(byte[] bytes) {
    rejected.mark();
    gaps.open();
    warn(bytes);
  }

  private void warn(byte[] bytes) {
    if (!hasWarned) {
      hasWarned = true;
      LOG.warn(
          "ignored a broadcast of {} bytes from Redis for tenant {}, which no node has signed; it is"
              + " read from PostgreSQL, and the next ones are ignored silently",
          bytes.length,
          tenant);
    }
  }

  private void place(BroadcastPayload payload) {
    if (payload.epoch() != epoch) {
      // The next read of the head tells whether this feed or the broadcast is the old one.
      gaps.open();
      return;
    }
    switch (sequencer.place(payload)) {
      case APPENDED -> notifyListeners();
      case EARLY -> fetcher.checkGapLater();
      // Or another message with the same seq, where PostgreSQL has lost one: a head tells.
      case DUPLICATE -> gaps.open();
    }
  }

  /**
   * Completes the feed up to a head that was read from PostgreSQL. A gap of more than 5,000
   * messages is skipped; subscribers replay it themselves.
   */
  public void catchUpTo(long head) {
    if (sequencer.skipGap(head, MAX_GAP)) {
      notifyListeners();
    } else if (head > log.head()) {
      fetcher.fetch();
    }
  }

  /** Completes the feed as {@link #catchUpTo}; closes the gaps that were open at the mark. */
  void observeHead(long head, int gapMark) {
    catchUpTo(head);
    if (head <= log.head()) {
      gaps.close(gapMark);
    }
  }
}
