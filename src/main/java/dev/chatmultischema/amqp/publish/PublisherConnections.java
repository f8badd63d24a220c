package dev.chatmultischema.amqp.publish;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.connection.RabbitEndpoint;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.PermissionProbe;
import dev.chatmultischema.amqp.topology.TopologyDeclarer;
import dev.chatmultischema.concurrency.Backoff;
import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node publishes on: a connection for few messages at a time and one for many, both
 * opened again, with backoff, whenever one is lost. Whoever publishes meanwhile is refused at once.
 *
 * <p>A broker reads each connection in its order, so on one for all a message would wait for
 * hundreds that another tenant sent just before.
 */
public final class PublisherConnections {

  private static final Logger LOG = LoggerFactory.getLogger(PublisherConnections.class);
  private static final Duration WATCH = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** How many messages are few. */
  private static final int FEW = 20;

  private final RabbitEndpoint endpoint;
  private final MessageTopology topology;
  private final int channels;
  private final int maxOutstanding;
  private final Duration confirmTimeout;

  private final LongLivedThread supervisor =
      new LongLivedThread("rabbitmq-publisher", this::supervise);
  private long generation;
  // The client wants an executor for consumers; there are none on these connections.
  private final ExecutorService unused =
      RabbitEndpoint.dispatcher("rabbitmq-publisher-dispatch", 1);
  private volatile Session session;
  private volatile String down = "not connected yet";
  private volatile long lastConnected = System.nanoTime();
  private volatile boolean stopping;

  public PublisherConnections(
      RabbitEndpoint endpoint,
      MessageTopology topology,
      int channels,
      int maxOutstanding,
      Duration confirmTimeout) {
    this.endpoint = endpoint;
    this.topology = topology;
    this.channels = channels;
    this.maxOutstanding = maxOutstanding;
    this.confirmTimeout = confirmTimeout;
  }

  /** One life of both connections. */
  private static final class Session implements BlockedListener {
    private final List<Connection> connections = new ArrayList<>();
    private final List<PublisherChannel> forFew = new ArrayList<>();
    private final List<PublisherChannel> forMany = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String blocked;
    private volatile String cause;

    Connection add(Connection connection) {
      connections.add(connection);
      connection.addShutdownListener(this::end);
      connection.addBlockedListener(this);
      return connection;
    }

    private void end(ShutdownSignalException signal) {
      cause = signal.getMessage();
      closed.countDown();
    }

    void abort() {
      connections.forEach(connection -> connection.abort(1_000));
    }

    // Each connection that publishes is told, of what is true for both.

    @Override
    public synchronized void handleBlocked(String reason) {
      if (blocked == null) {
        LOG.warn("RabbitMQ takes no messages: {}", reason);
      }
      blocked = reason;
    }

    @Override
    public synchronized void handleUnblocked() {
      if (blocked != null) {
        LOG.info("RabbitMQ takes messages again");
      }
      blocked = null;
    }

    /** A broker that takes messages and never answers is better left. */
    boolean silent() {
      return blocked == null
          && Stream.concat(forFew.stream(), forMany.stream()).anyMatch(PublisherChannel::silent);
    }
  }

  public void start() {
    supervisor.start();
  }

  /** Closes the connections; what is not confirmed then has failed. */
  public void stop() {
    stopping = true;
    supervisor.shutdownNow();
    Optional.ofNullable(session).ifPresent(Session::abort);
  }

  private void supervise() throws InterruptedException {
    var backoff = new Backoff(LONGEST_WAIT);
    while (!stopping) {
      generation++;
      try {
        session = open(generation);
        LOG.info("publishing to RabbitMQ at {}, connection generation {}", endpoint, generation);
        backoff.reset();
        down = watch(session);
        LOG.warn("publishing to RabbitMQ stopped: {}", down);
      } catch (IOException | TimeoutException | RuntimeException e) {
        if (down == null || !down.equals(ReplyCodes.reason(e))) {
          down = ReplyCodes.reason(e);
          LOG.warn("RabbitMQ at {} is not available, trying on: {}", endpoint, down);
        }
      } finally {
        session = null;
      }
      TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
    }
  }

  private Session open(long generation) throws IOException, TimeoutException {
    var opened = new Session();
    try {
      var first = opened.add(endpoint.open("tenant-api publisher", unused));
      try (var declaring = new TopologyDeclarer(first)) {
        topology.declareShared(declaring);
      }
      new PermissionProbe(first).run(topology.retryExchanges());
      var second = opened.add(endpoint.open("tenant-api publisher of many", unused));
      for (int i = 0; i < channels; i++) {
        opened.forFew.add(channel(opened, first, generation));
        opened.forMany.add(channel(opened, second, generation));
      }
      return opened;
    } catch (IOException | TimeoutException | RuntimeException | Error e) {
      opened.abort();
      throw e;
    }
  }

  private PublisherChannel channel(Session opened, Connection connection, long generation)
      throws IOException {
    var channel = connection.createChannel();
    var publisher = new PublisherChannel(channel, generation, maxOutstanding);
    channel.addShutdownListener(opened::end);
    return publisher;
  }

  /** Returns why the session is over; one lost channel ends it, so that all start anew together. */
  private static String watch(Session session) throws InterruptedException {
    try {
      while (!session.closed.await(WATCH.toMillis(), TimeUnit.MILLISECONDS)) {
        if (session.silent()) {
          return "the broker takes messages and does not confirm them";
        }
      }
      return session.cause;
    } finally {
      session.abort();
    }
  }

  /**
   * Publishes in order and waits for every answer.
   *
   * @throws BrokerUnavailable if there is no connection, the broker takes nothing, or not all are
   *     answered within the timeout
   */
  Publication publish(TenantId tenant, List<OutboundMessage> messages) {
    long deadline = System.nanoTime() + confirmTimeout.toNanos();
    var current = current();
    var channelsFor = messages.size() <= FEW ? current.forFew : current.forMany;
    var channel = channelsFor.get(Math.floorMod(tenant.hashCode(), channelsFor.size()));
    return channel.publish(new Publication(messages), deadline);
  }

  private Session current() {
    var current = session;
    if (current == null) {
      throw new BrokerUnavailable(String.valueOf(down), null);
    }
    if (current.blocked != null) {
      throw new BrokerUnavailable("blocked by the broker: " + current.blocked, null);
    }
    return current;
  }

  /** What is done on a channel. */
  public interface Work<T> {
    T on(Channel channel) throws IOException;
  }

  /**
   * Does something on a channel of its own.
   *
   * @throws BrokerUnavailable if there is no connection, or the broker refuses or does not answer
   */
  public <T> T withChannel(Work<T> work) {
    var connection = current().connections.get(0);
    try {
      var channel =
          Optional.ofNullable(connection.createChannel())
              .orElseThrow(() -> new IOException("no channel left on the connection"));
      try {
        return work.on(channel);
      } finally {
        // Not close(): that would throw where the broker closed it with an error that was expected.
        channel.abort();
      }
    } catch (IOException | ShutdownSignalException e) {
      throw new BrokerUnavailable(ReplyCodes.reason(e), e);
    }
  }

  /** Whether there is a session, or was one in the last five seconds. */
  public boolean reachable() {
    if (session != null) {
      lastConnected = System.nanoTime();
    }
    return System.nanoTime() - lastConnected < GRACE.toNanos();
  }
}
