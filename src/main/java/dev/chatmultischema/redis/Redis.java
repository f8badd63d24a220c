package dev.chatmultischema.redis;

import dev.chatmultischema.message.SharedHeads;

/**
 * Pub/Sub between the nodes: fast, and without a guarantee of delivery.
 *
 * <p>Each user of it must notice a lost publication and read from PostgreSQL instead.
 */
public final class Redis {

  private final RedisBroadcaster broadcaster;
  private final RedisSubscriber subscriber;
  private final BroadcastSignature signature;
  private final SharedHeads heads;

  Redis(
      RedisBroadcaster broadcaster,
      RedisSubscriber subscriber,
      BroadcastSignature signature,
      SharedHeads heads) {
    this.heads = heads;
    this.broadcaster = broadcaster;
    this.subscriber = subscriber;
    this.signature = signature;
  }

  public RedisBroadcaster broadcaster() {
    return broadcaster;
  }

  public RedisSubscriber subscriber() {
    return subscriber;
  }

  /** Returns the heads that all nodes remember in Redis. */
  public SharedHeads heads() {
    return heads;
  }

  public BroadcastSignature signature() {
    return signature;
  }

  /** Wakes every node up, this one too, for a topic; a wake-up may be lost. */
  public void publishWakeup(String topic) {
    broadcaster.wakeUp(PubSubChannels.wakeup(topic));
  }

  /**
   * Registers an action that runs when a wake-up of a topic arrives or may have been missed.
   *
   * <p>It runs on the thread that reads from Redis, so it must not block.
   */
  public void onWakeup(String topic, Runnable action) {
    subscriber.subscribe(
        PubSubChannels.wakeup(topic),
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
            // The next onSubscribed runs the action, in place of wake-ups missed until then.
          }
        });
  }
}
