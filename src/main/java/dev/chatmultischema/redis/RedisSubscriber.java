package dev.chatmultischema.redis;

import dev.chatmultischema.concurrency.Backoff;
import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.logging.OutageLog;
import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Subscribes to any number of channels over one connection. After a loss, a new connection has the
 * same subscriptions.
 *
 * <p>One thread reads and calls the listeners, another one writes commands: so neither a full
 * socket nor a silent server blocks a caller of {@link #subscribe}.
 */
public final class RedisSubscriber implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(RedisSubscriber.class);

  /** Called for one channel, on one thread, in order; must not block. */
  public interface Listener {

    /** Reports that every message arrives from now on; earlier ones may have been missed. */
    void onSubscribed();

    void onMessage(byte[] payload);

    /** Reports that messages are missed until {@link #onSubscribed} is called again. */
    void onLost();
  }

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final RedisMaster master;
  private final RedisEndpoint endpoint;
  private final Backoff backoff;
  private final OutageLog outage;
  private final ConcurrentMap<String, Subscription> subscriptions = new ConcurrentHashMap<>();
  private final CountDownLatch shutdown = new CountDownLatch(1);
  private final LongLivedThread reader = new LongLivedThread("redis-subscriber", this::run);
  private final TaskScheduler commands = new TaskScheduler("redis-subscriber-commands");

  private volatile SubscriptionConnection connection;

  RedisSubscriber(RedisMaster master, RedisEndpoint endpoint, Backoff backoff) {
    this.master = master;
    this.endpoint = endpoint;
    this.backoff = backoff;
    this.outage =
        new OutageLog(
            LOG,
            "could not subscribe to Redis at " + endpoint,
            "streams read from PostgreSQL until it is available",
            "subscribed to Redis at " + endpoint + " again");
  }

  /** Subscribes to a channel, in place of its previous listener. */
  public Subscription subscribe(String channel, Listener listener) {
    var subscription = new Subscription(channel, listener, this::unsubscribe);
    subscriptions.put(channel, subscription);
    try {
      command(open -> open.subscribe(List.of(subscription)));
    } catch (RuntimeException | Error e) {
      // Its SUBSCRIBE is not queued, so nothing would ever arrive on this connection.
      subscriptions.remove(channel, subscription);
      throw e;
    }
    return subscription;
  }

  private void unsubscribe(Subscription subscription) {
    if (subscriptions.remove(subscription.channel(), subscription)) {
      command(
          open -> {
            // A new subscription of the channel may have sent its SUBSCRIBE before this runs.
            if (!subscriptions.containsKey(subscription.channel())) {
              open.unsubscribe(subscription.channel());
            }
          });
    }
  }

  @Override
  public void start() {
    commands.start();
    reader.start();
    var interval = endpoint.pingInterval();
    commands.scheduleWithFixedDelay(
        interval, interval, () -> write(SubscriptionConnection::sendPing));
  }

  @Override
  public void stop() throws InterruptedException {
    // First: a thread whose work returns before it is shut down is reported as failed.
    reader.shutdown();
    shutdown.countDown();
    disconnect(connection);
    commands.stop();
    if (!reader.awaitTermination(STOP_TIMEOUT)) {
      LOG.warn("the subscriber to Redis is still running after {}", STOP_TIMEOUT);
    }
  }

  /** Returns the current connection; null if there is none. */
  SubscriptionConnection connection() {
    return connection;
  }

  /** Ends a connection, so that the subscriber connects to the master anew. */
  void abandon(SubscriptionConnection open) {
    disconnect(open);
  }

  private void command(Consumer<SubscriptionConnection> command) {
    // Without a connection nothing is sent: the next one begins with all subscriptions.
    if (connection != null) {
      commands.execute(() -> write(command));
    }
  }

  private void write(Consumer<SubscriptionConnection> command) {
    var open = connection;
    if (open == null) {
      return;
    }
    try {
      command.accept(open);
    } catch (JedisException e) {
      LOG.debug("could not write to Redis at {}", endpoint, e);
      disconnect(open);
    } catch (RuntimeException | Error e) {
      // A subscription whose SUBSCRIBE failed would stay silent as long as the connection lasts.
      disconnect(open);
      LOG.error("could not write to Redis at {}; reconnecting", endpoint, e);
    }
  }

  private void run() {
    while (!isShutdown() && !Thread.currentThread().isInterrupted()) {
      try {
        // Repeated: an Error in the finally block may have left some of them confirmed.
        subscriptions.values().forEach(Subscription::lose);
        read();
      } catch (JedisException e) {
        if (!isShutdown()) {
          outage.down(RedisEndpoint.reason(e));
        }
      } catch (RuntimeException e) {
        if (!isShutdown()) {
          LOG.error("could not read from Redis at {}; reconnecting", endpoint, e);
        }
      } finally {
        disconnect(connection);
        connection = null;
        subscriptions.values().forEach(Subscription::lose);
      }
      pause();
    }
  }

  private void read() {
    var open = new SubscriptionConnection(master.locate(), endpoint);
    requireMaster(open);
    connection = open;
    commands.execute(() -> write(fresh -> fresh.subscribe(List.copyOf(subscriptions.values()))));
    if (isShutdown()) {
      return;
    }
    outage.up();
    while (true) {
      handle(open.next());
      backoff.reset();
    }
  }

  private void requireMaster(SubscriptionConnection open) {
    try {
      master.requireMaster(open);
    } catch (JedisException e) {
      disconnect(open);
      throw e;
    }
  }

  private void handle(SubscriptionConnection.Event event) {
    if (event instanceof SubscriptionConnection.Received received) {
      var subscription = subscriptions.get(received.channel());
      if (subscription != null) {
        subscription.receive(received.payload());
      }
    } else if (event instanceof SubscriptionConnection.Confirmed confirmed) {
      var subscription = confirmed.subscription();
      if (subscriptions.get(subscription.channel()) == subscription) {
        subscription.confirm();
      }
    }
  }

  private boolean isShutdown() {
    return shutdown.getCount() == 0;
  }

  private static void disconnect(SubscriptionConnection open) {
    if (open == null) {
      return;
    }
    try {
      open.forceDisconnect();
    } catch (IOException e) {
      LOG.debug("could not close a lost connection", e);
    }
  }

  private void pause() {
    try {
      var unused = shutdown.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
