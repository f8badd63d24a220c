package dev.chatmultischema.amqp;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chatmultischema.backoff.Backoff;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection that this node publishes on, opened again with backoff whenever it is lost.
 *
 * <p>Whoever publishes meanwhile is refused at once.
 */
final class PublisherLink {

  private static final Logger LOG = LoggerFactory.getLogger(PublisherLink.class);
  private static final Duration WATCH = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final RabbitEndpoint endpoint;
  private final MessageTopology topology;
  private final int channels;
  private final int maxOutstanding;
  private final Duration confirmTimeout;

  private final Thread supervisor = new Thread(this::supervise, "rabbitmq-publisher");
  // The client wants an executor for consumers; there are none on this connection.
  private final ExecutorService unused =
      RabbitEndpoint.dispatcher("rabbitmq-publisher-dispatch", 1);
  private volatile Session session;
  private volatile String down = "not connected yet";
  private volatile long lastConnected = System.nanoTime();
  private volatile boolean stopping;

  PublisherLink(
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
    supervisor.setDaemon(true);
  }

  /** One life of the connection. */
  private static final class Session implements BlockedListener {
    private final Connection connection;
    private final List<PublisherChannel> channels = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String blocked;
    private volatile String cause;

    Session(Connection connection) {
      this.connection = connection;
      connection.addShutdownListener(this::end);
      connection.addBlockedListener(this);
    }

    private void end(ShutdownSignalException signal) {
      cause = signal.getMessage();
      closed.countDown();
    }

    private void add(Channel channel, PublisherChannel publisher) {
      channels.add(publisher);
      channel.addShutdownListener(this::end);
    }

    @Override
    public void handleBlocked(String reason) {
      LOG.warn("RabbitMQ takes no messages: {}", reason);
      blocked = reason;
    }

    @Override
    public void handleUnblocked() {
      LOG.info("RabbitMQ takes messages again");
      blocked = null;
    }

    /** A broker that takes messages and never answers is better left. */
    boolean silent() {
      return blocked == null && channels.stream().anyMatch(PublisherChannel::silent);
    }
  }

  void start() {
    supervisor.start();
  }

  /** Closes the connection; what is not confirmed then has failed. */
  void stop() {
    stopping = true;
    supervisor.interrupt();
    Optional.ofNullable(session).ifPresent(current -> current.connection.abort(1_000));
  }

  private void supervise() {
    var backoff = new Backoff(LONGEST_WAIT);
    for (long generation = 1; !stopping; generation++) {
      try {
        session = open(generation);
        LOG.info("publishing to RabbitMQ at {}, connection generation {}", endpoint, generation);
        backoff.reset();
        down = watch(session);
        LOG.warn("publishing to RabbitMQ stopped: {}", down);
      } catch (IOException | TimeoutException | RuntimeException e) {
        if (down == null || !down.equals(reason(e))) {
          down = reason(e);
          LOG.warn("RabbitMQ at {} is not available, trying on: {}", endpoint, down);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } finally {
        session = null;
      }
      if (!pause(backoff.next())) {
        return;
      }
    }
  }

  private static String reason(Throwable failure) {
    var cause =
        failure.getMessage() == null && failure.getCause() != null ? failure.getCause() : failure;
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private Session open(long generation) throws IOException, TimeoutException {
    var connection = endpoint.open("tenant-api publisher", unused);
    try {
      var opened = new Session(connection);
      try (var declaring = new Declaring(connection)) {
        topology.declareShared(declaring);
      }
      for (int i = 0; i < channels; i++) {
        var channel = connection.createChannel();
        opened.add(channel, new PublisherChannel(channel, generation, maxOutstanding));
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      connection.abort(1_000);
      throw e;
    }
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
      session.connection.abort(1_000);
    }
  }

  private static boolean pause(Duration wait) {
    try {
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Publishes in order and waits for every answer.
   *
   * @throws BrokerUnavailable if there is no connection, the broker takes nothing, or not all are
   *     answered within the timeout
   */
  Publication publish(TenantId tenant, List<Outgoing> messages) {
    long deadline = System.nanoTime() + confirmTimeout.toNanos();
    var current = current();
    var channel = current.channels.get(Math.floorMod(tenant.hashCode(), current.channels.size()));
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
  interface Work<T> {
    T on(Channel channel) throws IOException;
  }

  /**
   * Does something on a channel of its own.
   *
   * @throws BrokerUnavailable if there is no connection, or the broker refuses or does not answer
   */
  <T> T withChannel(Work<T> work) {
    var connection = current().connection;
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
      throw new BrokerUnavailable(reason(e), e);
    }
  }

  /** Whether there is a connection, or was one in the last five seconds. */
  boolean reachable() {
    if (session != null) {
      lastConnected = System.nanoTime();
    }
    return System.nanoTime() - lastConnected < GRACE.toNanos();
  }
}
