package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.Optional;

/** Opens channels. */
public final class Channels {

  private Channels() {}

  /**
   * Opens a channel.
   *
   * @throws IOException if the connection has no free channel, or the broker refuses
   */
  public static Channel open(Connection connection) throws IOException {
    // The client returns null if the negotiated maximum of channels is reached.
    return Optional.ofNullable(connection.createChannel())
        .orElseThrow(() -> new IOException("no channel left on the connection"));
  }
}
