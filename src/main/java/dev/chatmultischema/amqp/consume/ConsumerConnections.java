package dev.chatmultischema.amqp.consume;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chatmultischema.amqp.connection.RabbitEndpoint;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.concurrency.Backoff;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that this node consumes on: as many as its consumers need, since a connection has
 * a bounded number of channels.
 *
 * <p>Nothing is opened again by itself; whoever wants a subscription and lost it asks again.
 */
public final class ConsumerConnections {

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerConnections.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final RabbitEndpoint endpoint;
  private final int maxPerConnection;
  private final ExecutorService dispatch;
  private final List<Shard> shards = new ArrayList<>();
  private final Backoff backoff = new Backoff(LONGEST_WAIT);
  private BrokerUnavailable lastFailure;
  private long retryAt;
  private boolean closed;

  public ConsumerConnections(RabbitEndpoint endpoint, int maxPerConnection) {
    this.endpoint = endpoint;
    this.maxPerConnection = maxPerConnection;
    this.dispatch =
        RabbitEndpoint.dispatcher(
            "rabbitmq-dispatch", Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  private static final class Shard {
    private final Connection connection;
    private final AtomicInteger subscriptions = new AtomicInteger();

    Shard(Connection connection) {
      this.connection = connection;
      connection.addShutdownListener(this::ended);
    }

    private void ended(ShutdownSignalException cause) {
      if (!cause.isInitiatedByApplication()) {
        LOG.warn("connection of {} consumers lost: {}", subscriptions, cause.getMessage());
      }
    }

    boolean take(int max) {
      return connection.isOpen()
          && Math.min(max, connection.getChannelMax() - 1) > subscriptions.get()
          && subscriptions.incrementAndGet() > 0;
    }

    void release() {
      subscriptions.decrementAndGet();
    }
  }

  /**
   * Starts to consume a tenant's queue with a bounded number of unanswered deliveries.
   *
   * @throws QueueMissing if there is no queue
   * @throws BrokerUnavailable if there is no connection, or the broker refuses
   */
  public QueueConsumer consume(TenantId tenant, int prefetch, QueueConsumer.Listener listener)
      throws QueueMissing {
    var shard = shard();
    QueueConsumer subscription = null;
    try {
      subscription = new QueueConsumer(channel(shard), shard::release);
      subscription.start(MessageTopology.queue(tenant), prefetch, listener);
      return subscription;
    } catch (IOException | RuntimeException e) {
      if (subscription == null) {
        shard.release();
      } else {
        subscription.close();
      }
      if (ReplyCodes.closedWith(e, AMQP.NOT_FOUND)) {
        throw new QueueMissing(tenant, e);
      }
      throw new BrokerUnavailable(
          "no consumer for tenant " + tenant + ": " + ReplyCodes.reason(e), e);
    }
  }

  private static Channel channel(Shard shard) throws IOException {
    return Optional.ofNullable(shard.connection.createChannel())
        .orElseThrow(() -> new IOException("no channel left on the connection"));
  }

  private synchronized Shard shard() {
    shards.removeIf(shard -> !shard.connection.isOpen());
    return shards.stream()
        .filter(shard -> shard.take(maxPerConnection))
        .findFirst()
        .orElseGet(this::openShard);
  }

  /** While the broker is away, only one try in a while is made for all that ask. */
  private Shard openShard() {
    if (closed) {
      throw new BrokerUnavailable("closed", null);
    }
    if (lastFailure != null && System.nanoTime() < retryAt) {
      throw lastFailure;
    }
    try {
      var shard = new Shard(endpoint.open("tenant-api consumers " + (shards.size() + 1), dispatch));
      var unused = shard.take(maxPerConnection);
      shards.add(shard);
      backoff.reset();
      lastFailure = null;
      LOG.info("consuming from RabbitMQ at {}, connections={}", endpoint, shards.size());
      return shard;
    } catch (IOException | TimeoutException e) {
      lastFailure =
          new BrokerUnavailable("no connection for consumers: " + ReplyCodes.reason(e), e);
      retryAt = System.nanoTime() + backoff.next().toNanos();
      throw lastFailure;
    }
  }

  /** Closes all connections; what is unanswered goes back to the queues. */
  public void close() {
    List<Shard> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(shards);
    }
    open.forEach(shard -> shard.connection.abort(1_000));
  }
}
