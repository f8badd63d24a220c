package dev.chatmultischema.amqp;

import com.google.common.base.Throwables;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;

/** Reads why the broker closed a channel (AMQP 0-9-1, section 1.4.2.1 and constants). */
final class ReplyCodes {

  private ReplyCodes() {}

  static boolean closedWith(Throwable failure, int code) {
    return Throwables.getCausalChain(failure).stream()
        .anyMatch(
            cause ->
                cause instanceof ShutdownSignalException signal
                    && signal.getReason() instanceof AMQP.Channel.Close close
                    && close.getReplyCode() == code);
  }
}
