package dev.chatmultischema.redis;

import dev.chatmultischema.redis.RedisSubscriber.Listener;
import java.util.function.Consumer;

/** The subscription of a listener to a channel, until it is closed. */
public final class Subscription implements AutoCloseable {

  private final String channel;
  private final Listener listener;
  private final Consumer<Subscription> onClose;

  /** Whether Redis confirmed it on the current connection; used by the reading thread only. */
  private boolean confirmed;

  Subscription(String channel, Listener listener, Consumer<Subscription> onClose) {
    this.channel = channel;
    this.listener = listener;
    this.onClose = onClose;
  }

  String channel() {
    return channel;
  }

  /**
   * Reports the first confirmation; Redis may confirm twice: a new connection subscribes to all,
   * and a new subscription itself.
   */
  void confirm() {
    if (!confirmed) {
      confirmed = true;
      listener.onSubscribed();
    }
  }

  void receive(byte[] payload) {
    listener.onMessage(payload);
  }

  void lose() {
    if (confirmed) {
      confirmed = false;
      listener.onLost();
    }
  }

  /** Unsubscribes; a message that was received before may still be delivered. */
  @Override
  public void close() {
    onClose.accept(this);
  }
}
