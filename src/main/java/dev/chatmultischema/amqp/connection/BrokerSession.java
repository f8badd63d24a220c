package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownNotifier;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group of connections from their opening to their loss: they are opened together, and the loss
 * of one ends the session.
 *
 * <p>Opened by one thread; after that, the client's threads report loss and blocking, and any
 * thread may read the state.
 */
public final class BrokerSession implements BlockedListener {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerSession.class);
  private static final int ABORT_TIMEOUT_MILLIS = 1_000;

  /** Opens connections that do not recover by themselves. */
  interface Connector {
    Connection open(String name) throws IOException, TimeoutException;

    /** Prefers other nodes of the broker than that of a connection for the next ones. */
    default void avoid(Connection connection) {}
  }

  private final Connector connector;
  private final long generation;
  private final List<Connection> connections = new ArrayList<>();
  private final CountDownLatch lost = new CountDownLatch(1);
  private volatile String lossReason;
  private volatile String blockedReason;
  private volatile Runnable onLoss = () -> {};

  BrokerSession(Connector connector, long generation) {
    this.connector = connector;
    this.generation = generation;
  }

  /** Returns the number of the session among those of its connection, from 1. */
  public long generation() {
    return generation;
  }

  /**
   * Opens a connection whose loss ends the session.
   *
   * @throws IOException if the broker cannot be reached or refuses
   * @throws TimeoutException if the broker does not respond in time
   */
  public Connection connect(String name) throws IOException, TimeoutException {
    var connection = connector.open(name);
    connections.add(connection);
    connection.addBlockedListener(this);
    endWith(connection);
    return connection;
  }

  /**
   * Opens a connection whose loss does not end the session; the caller closes it.
   *
   * @throws IOException if the broker cannot be reached or refuses
   * @throws TimeoutException if the broker does not respond in time
   */
  public Connection connectApart(String name) throws IOException, TimeoutException {
    return connector.open(name);
  }

  /** Ends the session when the given channel or connection closes for any reason. */
  public void endWith(ShutdownNotifier part) {
    part.addShutdownListener(this::end);
  }

  private void end(ShutdownSignalException signal) {
    end(ReplyCodes.reason(signal));
  }

  /** Ends a session whose node of the broker does not respond as it should. */
  void endAsDefective(String reason) {
    connections.forEach(connector::avoid);
    end(reason);
  }

  /** Ends the session; its connections stay open until {@link #abort}. */
  synchronized void end(String reason) {
    if (lossReason == null) {
      lossReason = reason;
      lost.countDown();
      onLoss.run();
    }
  }

  /** Runs the action once: when the session ends, or now if it has ended. */
  synchronized void onLoss(Runnable action) {
    onLoss = action;
    if (lossReason != null) {
      action.run();
    }
  }

  /** Returns the reason for the end of the session, or null while it is usable. */
  String lossReason() {
    return lossReason;
  }

  /** Waits for the end; returns false if the session is still usable after the timeout. */
  boolean awaitLoss(Duration timeout) throws InterruptedException {
    return lost.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns the connection that was opened first. */
  Connection firstConnection() {
    return connections.get(0);
  }

  /** Closes all connections, waiting up to 1 s for each; never throws. */
  void abort() {
    connections.forEach(connection -> connection.abort(ABORT_TIMEOUT_MILLIS));
  }

  /** Returns whether the broker refuses messages because it lacks memory or disk space. */
  public boolean isBlocked() {
    return blockedReason != null;
  }

  /** Returns the broker's reason for refusing messages, or null. */
  String blockedReason() {
    return blockedReason;
  }

  // The broker notifies each connection that publishes, so the first one blocks all.

  @Override
  public synchronized void handleBlocked(String reason) {
    if (blockedReason == null) {
      LOG.warn("RabbitMQ blocks publishing: {}; refusing messages until it unblocks", reason);
    }
    blockedReason = reason;
  }

  @Override
  public synchronized void handleUnblocked() {
    if (blockedReason != null) {
      LOG.info("RabbitMQ unblocked publishing");
    }
    blockedReason = null;
  }
}
