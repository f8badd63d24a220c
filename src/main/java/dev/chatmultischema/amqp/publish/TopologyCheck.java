package dev.chatmultischema.amqp.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chatmultischema.amqp.connection.BrokerSession;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.PermissionProbe;
import dev.chatmultischema.amqp.topology.TopologyDeclarer;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares what all tenants share, and checks the user's permissions, before a session publishes.
 *
 * <p>A missing permission prevents the session. A shared queue that does not respond, as a quorum
 * queue without a leader, does not, since messages for the queues of tenants do without it. It is
 * declared again every few seconds by {@link dev.chatmultischema.amqp.deadletter.UnroutedMessages}.
 */
final class TopologyCheck {

  private static final Logger LOG = LoggerFactory.getLogger(TopologyCheck.class);
  private static final int ABORT_TIMEOUT_MILLIS = 1_000;

  private final MessageTopology topology;
  private boolean hasExchanges;
  private boolean hasQueues;

  TopologyCheck(MessageTopology topology) {
    this.topology = topology;
  }

  private interface Step {
    void run(Connection connection) throws IOException;
  }

  /**
   * Runs the check; called by one thread at a time.
   *
   * @throws IOException if the user lacks a permission (reply code 403), or the exchanges could not
   *     be declared, which later sessions do not require once they were
   */
  void run(BrokerSession session) throws IOException, TimeoutException {
    hasExchanges |= succeeds(session, this::checkExchanges, hasExchanges);
    if (!hasQueues) {
      hasQueues = succeeds(session, this::checkQueues, true);
    }
  }

  private void checkExchanges(Connection connection) throws IOException {
    try (var declarer = new TopologyDeclarer(connection)) {
      topology.declareExchanges(declarer);
    }
    new PermissionProbe(connection).run(topology.retryExchanges());
  }

  private void checkQueues(Connection connection) throws IOException {
    try (var declarer = new TopologyDeclarer(connection)) {
      topology.declareShared(declarer);
    }
    PermissionProbe.readUnrouted(connection);
  }

  /** Runs a step on a connection of its own, which the broker may close. */
  private static boolean succeeds(BrokerSession session, Step step, boolean isOptional)
      throws IOException, TimeoutException {
    var connection = session.connectApart("tenant-api check");
    try {
      step.run(connection);
      return true;
    } catch (IOException | ShutdownSignalException e) {
      if (!isOptional || ReplyCodes.closedWith(e, AMQP.ACCESS_REFUSED)) {
        throw e;
      }
      LOG.warn(
          "could not check the shared exchanges and queues of RabbitMQ: {}; publishing all the same,"
              + " and declaring them in a few seconds",
          ReplyCodes.reason(e));
      return false;
    } finally {
      connection.abort(ABORT_TIMEOUT_MILLIS);
    }
  }
}
