package dev.chatmultischema.redis;

import dev.chatmultischema.redis.RedisSubscriber.Listener;
import java.util.function.Consumer;

/** One listener's place at a channel, until it is closed. */
public final class Subscription implements AutoCloseable {

  private final String channel;
  private final Listener listener;
  private final Consumer<Subscription> onClose;

  /** Whether the server confirmed it on the present connection; only the reading thread writes. */
  private boolean confirmed;

  Subscription(String channel, Listener listener, Consumer<Subscription> onClose) {
    this.channel = channel;
    this.listener = listener;
    this.onClose = onClose;
  }

  String channel() {
    return channel;
  }

  /** A new connection may be asked twice: with all others, and by a newcomer itself. */
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

  /** Ends it; a message on its way may still be delivered. */
  @Override
  public void close() {
    onClose.accept(this);
  }
}
