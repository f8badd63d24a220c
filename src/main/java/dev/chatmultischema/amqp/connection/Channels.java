package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.impl.AMQConnection;
import java.io.IOException;
import java.util.Optional;

/** Opens channels, and writes to several of them at once. */
public final class Channels {

  /** Sends messages; must not wait for a response of the broker, which may not have them yet. */
  public interface Writes {
    void run() throws IOException;
  }

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

  /**
   * Sends messages on channels of the connection with one flush at the end, also if the writes
   * throw. Only one thread may do so on a connection; other threads may use it meanwhile.
   */
  public static void inOneFlush(Connection connection, Writes writes) throws IOException {
    if (connection instanceof AMQConnection client
        && client.getFrameHandler() instanceof FilteringFrameHandler frames) {
      frames.beginGroup();
      try {
        writes.run();
      } finally {
        frames.endGroup();
        client.flush();
      }
    } else {
      writes.run();
    }
  }
}
