package dev.chatmultischema.amqp.publish;

import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.connection.BrokerSession;
import dev.chatmultischema.amqp.connection.RabbitEndpoint;
import dev.chatmultischema.amqp.connection.SupervisedConnection;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.PermissionProbe;
import dev.chatmultischema.amqp.topology.TopologyDeclarer;
import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The connections that this node publishes on: one for small batches and one for large batches,
 * opened and replaced together by the thread {@code rabbitmq-publisher}.
 *
 * <p>A broker processes the messages of one connection in order, so on a shared connection a single
 * message would wait for hundreds of another tenant. The loss of one channel ends both connections:
 * all channels then start with the same generation.
 */
public final class PublisherConnections {

  /** Batches up to this size use the low-latency connection. */
  private static final int MAX_LOW_LATENCY_BATCH = 20;

  private final MessageTopology topology;
  private final int channels;
  private final int maxOutstanding;
  private final Duration confirmTimeout;
  private final SupervisedConnection<OpenChannels> connection;
  private final LongLivedThread supervisor =
      new LongLivedThread("rabbitmq-publisher", this::supervise);

  /**
   * @param channels the number of channels of each connection
   * @param maxOutstanding the maximum number of unconfirmed messages of each channel
   */
  public PublisherConnections(
      RabbitEndpoint endpoint,
      MessageTopology topology,
      int channels,
      int maxOutstanding,
      Duration confirmTimeout) {
    this.topology = topology;
    this.channels = channels;
    this.maxOutstanding = maxOutstanding;
    this.confirmTimeout = confirmTimeout;
    this.connection = new SupervisedConnection<>(endpoint, "publishing", this::open);
  }

  private record OpenChannels(List<PublisherChannel> lowLatency, List<PublisherChannel> bulk) {

    /** All messages of a tenant go through one channel of each connection, in order. */
    PublisherChannel of(TenantId tenant, int messages) {
      var suitable = messages <= MAX_LOW_LATENCY_BATCH ? lowLatency : bulk;
      return suitable.get(Math.floorMod(tenant.hashCode(), suitable.size()));
    }

    Optional<String> defect() {
      return Stream.concat(lowLatency.stream(), bulk.stream())
          .filter(PublisherChannel::isSilent)
          .findFirst()
          .map(channel -> "the broker accepts messages and does not confirm them");
    }
  }

  public void start() {
    supervisor.start();
  }

  /** Closes the connections; unconfirmed messages fail. */
  public void stop() {
    supervisor.shutdown();
    // Closed before the interrupt, which would otherwise be logged as the loss of the connection.
    connection.close();
    supervisor.shutdownNow();
  }

  private void supervise() throws InterruptedException {
    connection.supervise(OpenChannels::defect);
  }

  private OpenChannels open(BrokerSession session) throws IOException, TimeoutException {
    var lowLatency = session.connect("tenant-api publisher");
    try (var declarer = new TopologyDeclarer(lowLatency)) {
      topology.declareShared(declarer);
    }
    new PermissionProbe(lowLatency).run(topology.retryExchanges());
    var bulk = session.connect("tenant-api bulk publisher");
    var opened = new OpenChannels(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < channels; i++) {
      opened.lowLatency.add(PublisherChannel.open(lowLatency, session, maxOutstanding));
      opened.bulk.add(PublisherChannel.open(bulk, session, maxOutstanding));
    }
    return opened;
  }

  /** Returns the connection for declarations, queries and other work on a channel of its own. */
  public SupervisedConnection<?> connection() {
    return connection;
  }

  /**
   * Publishes messages in order and waits for the confirm of every one.
   *
   * @throws BrokerUnavailable if there is no connection, the broker blocks publishing, or a confirm
   *     is missing after the timeout
   */
  Publication publish(TenantId tenant, List<OutboundMessage> messages) {
    var channel = connection.forPublishing().of(tenant, messages.size());
    return channel.publish(new Publication(messages), confirmTimeout);
  }
}
