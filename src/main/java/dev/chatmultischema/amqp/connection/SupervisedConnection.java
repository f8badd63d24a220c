package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.ShutdownSignalException;
import dev.chatmultischema.logging.OutageLog;
import dev.chatmultischema.message.BrokerUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the broker that is opened again after each loss. While it is lost, calls other
 * than {@link #open} fail at once. Publishing and consuming both use it.
 *
 * <p>Each opening makes a new {@link BrokerSession} with a generation of its own and resources of
 * type {@code R} on it, such as channels. {@link ReconnectDelay} separates attempts after a
 * failure, however many threads call. There are two ways to reopen:
 *
 * <ul>
 *   <li>{@link #supervise} keeps the connection open, for publishing: a message must not wait for a
 *       connection to be set up.
 *   <li>{@link #open} opens on demand, for consuming: every consumer of a lost connection has to be
 *       started on a channel of the next one anyway, and a node without consumers needs none.
 * </ul>
 *
 * @param <R> the resources of a session
 */
public final class SupervisedConnection<R> {

  private static final Logger LOG = LoggerFactory.getLogger(SupervisedConnection.class);
  private static final Duration CHECK_PERIOD = Duration.ofSeconds(1);
  private static final Duration REACHABLE_GRACE = Duration.ofSeconds(5);

  /** Opens a session's connections, and resources on them. */
  public interface Setup<R> {
    R on(BrokerSession session) throws IOException, TimeoutException;
  }

  private record Open<R>(BrokerSession session, R resources) {}

  private final BrokerSession.Connector connector;
  private final String purpose;
  private final Setup<R> setup;
  private final OutageLog outages;
  private final AtomicReference<Open<R>> current = new AtomicReference<>();

  private final ReconnectDelay delay = new ReconnectDelay();
  private volatile long generation;
  private volatile String downReason;
  private volatile long lastOpen = System.nanoTime();
  private volatile boolean closed;

  /**
   * @param purpose the use of the connection, for log lines, as in {@code publishing}
   */
  public SupervisedConnection(RabbitEndpoint endpoint, String purpose, Setup<R> setup) {
    this(endpoint, endpoint.toString(), purpose, setup);
  }

  SupervisedConnection(
      BrokerSession.Connector connector, String address, String purpose, Setup<R> setup) {
    this.connector = connector;
    this.purpose = purpose;
    this.setup = setup;
    this.outages =
        OutageLog.withFirstSuccess(
            LOG,
            "no connection for " + purpose + " to RabbitMQ at " + address,
            "reopening it with back-off",
            "connected for " + purpose + " to RabbitMQ at " + address);
  }

  /** Returns whether there is a usable session; it may be blocked. */
  public boolean isOpen() {
    return current.get() != null;
  }

  /** Returns the resources of the session if there is one; never opens. */
  public Optional<R> resources() {
    return Optional.ofNullable(current.get()).map(Open::resources);
  }

  /**
   * Returns the resources to publish with; never waits.
   *
   * @throws BrokerUnavailable if there is no session, or the broker blocks publishing
   */
  public R forPublishing() {
    return unblocked().resources();
  }

  private Open<R> unblocked() {
    var open = current.get();
    if (open == null) {
      throw unavailable(null);
    }
    var blockedReason = open.session().blockedReason();
    if (blockedReason != null) {
      throw new BrokerUnavailable("blocked by the broker: " + blockedReason, null);
    }
    return open;
  }

  /**
   * Runs work on a channel of its own, which is closed afterwards.
   *
   * @throws BrokerUnavailable if there is no session, or the broker blocks publishing, refuses or
   *     does not respond
   */
  public <T> T withChannel(ChannelWork<T> work) {
    var connection = unblocked().session().firstConnection();
    try {
      var channel = Channels.open(connection);
      try {
        return work.run(channel);
      } finally {
        // Not close(), which throws if the broker closed the channel with an expected error.
        channel.abort();
      }
    } catch (IOException | ShutdownSignalException e) {
      throw new BrokerUnavailable(ReplyCodes.reason(e), e);
    }
  }

  /**
   * Returns the resources of the session, after opening one if there is none. A lost session is not
   * closed here: on demand, sessions have one connection.
   *
   * @throws BrokerUnavailable if this attempt fails, or the last failed one is too recent
   */
  public R open() {
    return reopen().resources();
  }

  private synchronized Open<R> reopen() {
    var open = current.get();
    if (open != null) {
      return open;
    }
    if (closed || delay.remainingNanos() > 0) {
      throw unavailable(null);
    }
    generation++;
    var session = new BrokerSession(connector, generation);
    try {
      open = new Open<>(session, setup.on(session));
    } catch (IOException | TimeoutException | RuntimeException e) {
      session.abort();
      delay.extend();
      down(ReplyCodes.reason(e));
      throw unavailable(e);
    } catch (Error e) {
      session.abort();
      throw e;
    }
    publish(open);
    return open;
  }

  private void publish(Open<R> open) {
    delay.reset();
    downReason = null;
    current.set(open);
    outages.up();
    // Last: the action runs now if the session has ended meanwhile.
    open.session().onLoss(() -> lose(open));
    if (closed) {
      close();
    }
  }

  private void lose(Open<R> open) {
    if (current.compareAndSet(open, null)) {
      lastOpen = System.nanoTime();
      down(open.session().lossReason());
    }
  }

  private void down(String reason) {
    var lastReason = downReason;
    downReason = reason;
    if (closed) {
      return;
    }
    if (lastReason != null && !lastReason.equals(reason)) {
      LOG.warn("still no connection for {} to RabbitMQ: {}", purpose, reason);
    }
    outages.down(reason);
  }

  /**
   * Keeps the connection open until {@link #close} or an interrupt; to be run by one thread.
   *
   * @param defect examines the resources of an unblocked session every second; the text that it
   *     returns is the reason to replace the session
   */
  public void supervise(Function<R, Optional<String>> defect) throws InterruptedException {
    while (!closed) {
      try {
        awaitLoss(reopen(), defect);
        delay.extend();
      } catch (BrokerUnavailable e) {
        LOG.trace("no session yet", e);
      }
      TimeUnit.NANOSECONDS.sleep(delay.remainingNanos());
    }
  }

  private void awaitLoss(Open<R> open, Function<R, Optional<String>> defect)
      throws InterruptedException {
    var session = open.session();
    try {
      while (!session.awaitLoss(CHECK_PERIOD)) {
        if (!session.isBlocked()) {
          defect.apply(open.resources()).ifPresent(session::endAsDefective);
        }
      }
    } finally {
      // Closes the session's other connections, which fails their publications.
      session.abort();
    }
  }

  /** Ends the session, if there is one, so that another one is opened. */
  public void replace(String reason) {
    Optional.ofNullable(current.get()).ifPresent(open -> open.session().end(reason));
  }

  /** Returns whether there is a session, or was one in the last five seconds. */
  public boolean isReachable() {
    return isOpen() || System.nanoTime() - lastOpen < REACHABLE_GRACE.toNanos();
  }

  /** Closes the session, and opens no other. */
  public void close() {
    closed = true;
    Optional.ofNullable(current.getAndSet(null)).ifPresent(open -> open.session().abort());
  }

  private BrokerUnavailable unavailable(Throwable cause) {
    var reason = closed ? "closed" : Objects.requireNonNullElse(downReason, "not connected");
    return new BrokerUnavailable("no connection for " + purpose + ": " + reason, cause);
  }
}
