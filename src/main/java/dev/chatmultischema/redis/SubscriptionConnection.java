package dev.chatmultischema.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/**
 * A connection in Pub/Sub mode (RESP2), written to by one thread and read by another.
 *
 * <p>Redis confirms each SUBSCRIBE in the order of the requests. So confirmations of a channel are
 * matched with its requests in that order: a channel that was subscribed, unsubscribed and
 * subscribed again is not confirmed by the first confirmation.
 */
final class SubscriptionConnection extends Connection {

  /** The maximum number of channels in one command. */
  private static final int MAX_CHANNELS = 200;

  /** A response of the server. */
  sealed interface Event {}

  /** Redis delivers all messages of the channel from now on. */
  record Confirmed(Subscription subscription) implements Event {}

  /** A message. */
  record Received(String channel, byte[] payload) implements Event {}

  /** Any other response, which shows that the connection is alive. */
  record Alive() implements Event {}

  private static final Alive ALIVE = new Alive();

  private final Map<String, Queue<Subscription>> requested = new HashMap<>();

  private final HostAndPort at;

  SubscriptionConnection(HostAndPort at, RedisEndpoint endpoint) {
    super(at, endpoint.forSubscriptions());
    this.at = at;
  }

  /** Returns the address that it was opened with. */
  HostAndPort at() {
    return at;
  }

  void subscribe(List<Subscription> subscriptions) {
    var names = new byte[Math.min(MAX_CHANNELS, subscriptions.size())][];
    int named = 0;
    for (var subscription : subscriptions) {
      synchronized (requested) {
        requested
            .computeIfAbsent(subscription.channel(), channel -> new ArrayDeque<>())
            .add(subscription);
      }
      names[named++] = subscription.channel().getBytes(StandardCharsets.UTF_8);
      if (named == names.length) {
        sendCommand(Command.SUBSCRIBE, names.clone());
        named = 0;
      }
    }
    if (named > 0) {
      sendCommand(Command.SUBSCRIBE, Arrays.copyOf(names, named));
    }
    flush();
  }

  void unsubscribe(String channel) {
    sendCommand(Command.UNSUBSCRIBE, channel);
    flush();
  }

  void sendPing() {
    sendCommand(Command.PING);
    flush();
  }

  /** Waits for the next response; fails when the timeout of the socket expires. */
  Event next() {
    if (getUnflushedObject() instanceof List<?> parts && parts.size() == 3) {
      var channel = text(parts.get(1));
      switch (text(parts.get(0))) {
        case "message" -> {
          return new Received(channel, (byte[]) parts.get(2));
        }
        case "subscribe" -> {
          return confirmed(channel);
        }
        default -> {
          return ALIVE;
        }
      }
    }
    return ALIVE;
  }

  private Event confirmed(String channel) {
    synchronized (requested) {
      var waiting = requested.get(channel);
      if (waiting == null) {
        return ALIVE;
      }
      var subscription = waiting.remove();
      if (waiting.isEmpty()) {
        requested.remove(channel);
      }
      return new Confirmed(subscription);
    }
  }

  private static String text(Object bytes) {
    return bytes instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : "";
  }

  @Override
  public String toString() {
    return at.toString();
  }
}
