package dev.chatmultischema.amqp.topology;

import com.rabbitmq.client.Connection;
import dev.chatmultischema.amqp.connection.RabbitEndpoint;
import dev.chatmultischema.amqp.connection.SupervisedConnection;
import dev.chatmultischema.concurrency.LongLivedThread;
import java.util.Optional;

/**
 * The connection on which exchanges and queues are declared, queried, deleted and read message by
 * message. The thread {@code rabbitmq-topology} keeps it open.
 *
 * <p>It is apart from those for publishing: RabbitMQ closes the whole connection of a request about
 * a quorum queue that has no leader (reply code 541).
 */
public final class TopologyConnection {

  private final SupervisedConnection<Connection> connection;
  private final LongLivedThread supervisor =
      new LongLivedThread("rabbitmq-topology", this::supervise);

  public TopologyConnection(RabbitEndpoint endpoint) {
    connection =
        new SupervisedConnection<>(
            endpoint, "declaring queues", session -> session.connect("tenant-api topology"));
  }

  public void start() {
    supervisor.start();
  }

  public void stop() {
    supervisor.shutdown();
    connection.close();
    supervisor.shutdownNow();
  }

  private void supervise() throws InterruptedException {
    connection.supervise(open -> Optional.empty());
  }

  /** Returns the connection for work on a channel of its own. */
  public SupervisedConnection<?> connection() {
    return connection;
  }
}
