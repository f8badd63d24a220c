package dev.chatmultischema.redis;

/**
 * The way from node to node: fast, and allowed to lose what it carries.
 *
 * <p>Whoever relies on it must notice and repair what is lost by asking PostgreSQL.
 */
public final class Redis {

  private final RedisBroadcaster broadcaster;
  private final RedisSubscriber subscriber;

  Redis(RedisBroadcaster broadcaster, RedisSubscriber subscriber) {
    this.broadcaster = broadcaster;
    this.subscriber = subscriber;
  }

  public RedisBroadcaster broadcaster() {
    return broadcaster;
  }

  public RedisSubscriber subscriber() {
    return subscriber;
  }

  /** Tells every node, this one too, that there is something to do; may be lost. */
  public void publishWakeup(String topic) {
    broadcaster.wakeUp(Channels.wakeup(topic));
  }

  /**
   * Runs something whenever a wake-up of a topic arrives, and whenever one may have been missed.
   *
   * <p>It runs on the thread that reads from Redis, so it must neither block nor take long.
   */
  public void onWakeup(String topic, Runnable action) {
    subscriber.subscribe(
        Channels.wakeup(topic),
        new RedisSubscriber.Listener() {
          @Override
          public void onSubscribed() {
            action.run();
          }

          @Override
          public void onMessage(byte[] payload) {
            action.run();
          }

          @Override
          public void onLost() {
            // The next onSubscribed makes up for whatever is missed meanwhile.
          }
        });
  }
}
