package dev.chatmultischema.amqp.consume;

import com.rabbitmq.client.Connection;
import dev.chatmultischema.amqp.connection.Channels;
import dev.chatmultischema.amqp.connection.RabbitEndpoint;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import dev.chatmultischema.amqp.connection.SupervisedConnection;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections that this node consumes on: as many as its consumers need, since a connection has
 * a bounded number of channels.
 *
 * <p>Connections are opened on demand, and consumers are not restarted here: the owner of a lost
 * consumer calls {@link #consume} again, which reopens a connection.
 */
public final class ConsumerConnections {

  private final RabbitEndpoint endpoint;
  private final int maxPerConnection;
  private final List<SupervisedConnection<Session>> connections = new ArrayList<>();
  private boolean closed;

  public ConsumerConnections(RabbitEndpoint endpoint, int maxPerConnection) {
    this.endpoint = endpoint;
    this.maxPerConnection = maxPerConnection;
  }

  /** An open connection and the number of its consumers. */
  private record Session(Connection connection, AtomicInteger consumers) {

    /** Reserves a channel; concurrent calls are serialized by {@link ConsumerConnections}. */
    boolean reserve(int max) {
      // Channel 0 is the connection's own.
      return Math.min(max, connection.getChannelMax() - 1) > consumers.get()
          && consumers.incrementAndGet() > 0;
    }

    void release() {
      consumers.decrementAndGet();
    }
  }

  /**
   * Starts to consume a tenant's queue.
   *
   * @param prefetch the maximum number of unacknowledged deliveries
   * @throws QueueMissing if the queue does not exist
   * @throws BrokerUnavailable if there is no connection, the broker refuses, or the queue is on a
   *     node of the broker that is down
   */
  public QueueConsumer consume(TenantId tenant, int prefetch, QueueConsumer.Listener listener)
      throws QueueMissing {
    var session = reserve();
    QueueConsumer consumer = null;
    try {
      consumer = new QueueConsumer(Channels.open(session.connection), session::release);
      consumer.start(
          MessageTopology.queue(tenant),
          prefetch,
          ConsumerPriority.arguments(session.connection.getServerProperties()),
          listener);
      return consumer;
    } catch (IOException | RuntimeException e) {
      if (consumer == null) {
        session.release();
      } else {
        consumer.close();
      }
      if (ReplyCodes.isMissing(e)) {
        throw new QueueMissing(tenant, e);
      }
      throw new BrokerUnavailable(
          "could not consume the queue of tenant " + tenant + ": " + ReplyCodes.reason(e), e);
    }
  }

  /**
   * Reserves a channel of an open connection. If none has a free channel, reopens a lost connection
   * or else opens a further one; one attempt at a time, for all callers.
   */
  private synchronized Session reserve() {
    return connections.stream()
        .map(SupervisedConnection::resources)
        .flatMap(Optional::stream)
        .filter(session -> session.reserve(maxPerConnection))
        .findFirst()
        .orElseGet(this::openAndReserve);
  }

  private Session openAndReserve() {
    if (closed) {
      throw new BrokerUnavailable("the connections for consumers are closed", null);
    }
    var session =
        connections.stream()
            .filter(connection -> !connection.isOpen())
            .findFirst()
            .orElseGet(this::add)
            .open();
    if (!session.reserve(maxPerConnection)) {
      throw new BrokerUnavailable("the broker allows no channel for consumers", null);
    }
    return session;
  }

  private SupervisedConnection<Session> add() {
    int number = connections.size() + 1;
    var connection =
        new SupervisedConnection<>(
            endpoint,
            "consuming (connection " + number + ")",
            session ->
                new Session(
                    session.connect("tenant-api consumers " + number), new AtomicInteger()));
    connections.add(connection);
    return connection;
  }

  /** Closes all connections; the broker requeues unacknowledged deliveries. */
  public void close() {
    List<SupervisedConnection<Session>> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(connections);
    }
    open.forEach(SupervisedConnection::close);
  }
}
