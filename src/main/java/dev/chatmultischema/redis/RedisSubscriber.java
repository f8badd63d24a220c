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
 * Listens to any number of channels over one connection, which it makes anew, with all
 * subscriptions, whenever it is lost.
 *
 * <p>One thread reads and tells the listeners, another writes commands: so neither a full socket
 * nor a silent server stops whoever subscribes.
 */
public final class RedisSubscriber implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(RedisSubscriber.class);

  /** Told about one channel, on one thread, in order; must neither block nor take long. */
  public interface Listener {

    /** From now on every message comes; what was published before may be missed. */
    void onSubscribed();

    void onMessage(byte[] payload);

    /** From now on messages are missed, until {@link #onSubscribed} comes again. */
    void onLost();
  }

  private static final Duration STOPS = Duration.ofSeconds(5);

  private final RedisServer server;
  private final Backoff backoff;
  private final ConcurrentMap<String, Subscription> subscriptions = new ConcurrentHashMap<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final LongLivedThread reader = new LongLivedThread("redis-subscriber", this::run);
  private final TaskScheduler commands = new TaskScheduler("redis-subscriber-commands");

  private volatile SubscriptionConnection connection;
  private final OutageLog outage;

  RedisSubscriber(RedisServer server, Backoff backoff) {
    this.server = server;
    this.outage =
        new OutageLog(
            LOG,
            "could not subscribe to Redis at " + server,
            "streams read from PostgreSQL until it is available",
            "subscribed to Redis at " + server + " again");
    this.backoff = backoff;
  }

  /** Listens to a channel, in place of whoever listened before. */
  public Subscription subscribe(String channel, Listener listener) {
    var subscription = new Subscription(channel, listener, this::unsubscribe);
    subscriptions.put(channel, subscription);
    command(open -> open.subscribe(List.of(subscription)));
    return subscription;
  }

  private void unsubscribe(Subscription subscription) {
    if (subscriptions.remove(subscription.channel(), subscription)) {
      command(
          open -> {
            // Someone may have come in the meantime, and its SUBSCRIBE may have gone before this.
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
    var interval = server.pingInterval();
    commands.scheduleWithFixedDelay(
        interval, interval, () -> write(SubscriptionConnection::sendPing));
  }

  @Override
  public void stop() throws InterruptedException {
    stopped.countDown();
    reader.shutdown();
    disconnect(connection);
    commands.stop();
    if (!reader.awaitTermination(STOPS)) {
      LOG.warn("Redis is still listened to after {}", STOPS);
    }
  }

  private void command(Consumer<SubscriptionConnection> command) {
    // Without a connection there is nothing to tell: the next one begins with all subscriptions.
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
      LOG.debug("writing to Redis at {} failed", server, e);
      disconnect(open);
    } catch (RuntimeException | Error e) {
      // What this did not subscribe to would be missed for as long as the connection lasts.
      disconnect(open);
      LOG.error("writing to Redis at {} failed, connecting anew", server, e);
    }
  }

  private void run() {
    while (stopped.getCount() > 0 && !Thread.currentThread().isInterrupted()) {
      try {
        listen();
      } catch (JedisException e) {
        reportLoss(e);
      } catch (RuntimeException e) {
        if (stopped.getCount() > 0) {
          LOG.error("listening to Redis at {} failed, connecting anew", server, e);
        }
      } finally {
        disconnect(connection);
        connection = null;
        subscriptions.values().forEach(Subscription::lose);
      }
      pause();
    }
  }

  private void listen() {
    var open = new SubscriptionConnection(server);
    connection = open;
    commands.execute(() -> write(fresh -> fresh.subscribe(List.copyOf(subscriptions.values()))));
    if (stopped.getCount() == 0) {
      return;
    }
    outage.up();
    while (true) {
      handle(open.next());
      backoff.reset();
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

  private void reportLoss(JedisException cause) {
    if (stopped.getCount() > 0) {
      outage.down(RedisServer.reason(cause));
    }
  }

  private static void disconnect(SubscriptionConnection open) {
    if (open == null) {
      return;
    }
    try {
      open.forceDisconnect();
    } catch (IOException e) {
      LOG.debug("closing a lost connection failed", e);
    }
  }

  private void pause() {
    try {
      var unused = stopped.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
