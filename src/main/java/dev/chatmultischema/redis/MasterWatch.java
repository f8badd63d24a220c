package dev.chatmultischema.redis;

import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.logging.OutageLog;
import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Checks at each ping interval that the subscriber is connected to the master, and ends its
 * connection otherwise, so that it connects anew.
 *
 * <p>A subscribed connection accepts no {@code ROLE} (RESP2), so another connection to the same
 * address asks for it. The sentinels are asked as well: a master that is cut off from them does not
 * know that it was replaced.
 */
final class MasterWatch implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(MasterWatch.class);

  private final RedisMaster master;
  private final RedisEndpoint endpoint;
  private final RedisSubscriber subscriber;
  private final OutageLog outage;
  private final TaskScheduler scheduler = new TaskScheduler("redis-master");

  /** The subscribed connection that {@link #probe} belongs to. */
  private SubscriptionConnection watched;

  private Connection probe;

  MasterWatch(RedisMaster master, RedisEndpoint endpoint, RedisSubscriber subscriber) {
    this.master = master;
    this.endpoint = endpoint;
    this.subscriber = subscriber;
    this.outage =
        new OutageLog(
            LOG,
            "could not ask for the master of Redis at " + endpoint,
            "staying connected to the last known one",
            "asking for the master of Redis at " + endpoint + " again");
  }

  @Override
  public void start() {
    scheduler.start();
    scheduler.scheduleWithFixedDelay(endpoint.pingInterval(), endpoint.pingInterval(), this::check);
  }

  @Override
  public void stop() throws InterruptedException {
    scheduler.stop();
    master.close();
    closeProbe();
  }

  private void check() {
    var subscribed = subscriber.connection();
    if (subscribed != watched) {
      closeProbe();
      watched = subscribed;
    }
    if (subscribed == null) {
      return;
    }
    try {
      var current = master.locate();
      outage.up();
      if (!current.equals(subscribed.at())) {
        LOG.info("the master of Redis is {} in place of {}; reconnecting", current, subscribed);
        subscriber.abandon(subscribed);
        return;
      }
    } catch (JedisException e) {
      outage.down(RedisEndpoint.reason(e));
    }
    checkRole(subscribed);
  }

  private void checkRole(SubscriptionConnection subscribed) {
    if (!master.checksRole()) {
      return;
    }
    try {
      if (probe == null) {
        probe = new Connection(subscribed.at(), endpoint.forCommands());
      }
      if (master.isReplica(probe)) {
        LOG.info("Redis at {} is a replica now; reconnecting", subscribed);
        closeProbe();
        subscriber.abandon(subscribed);
      }
    } catch (JedisException e) {
      // The pings of the subscriber show whether the server is down.
      LOG.debug("could not ask {} for its role", subscribed, e);
      closeProbe();
    }
  }

  private void closeProbe() {
    if (probe == null) {
      return;
    }
    try {
      probe.forceDisconnect();
    } catch (IOException | JedisException e) {
      LOG.debug("closing a lost connection failed", e);
    } finally {
      probe = null;
    }
  }
}
