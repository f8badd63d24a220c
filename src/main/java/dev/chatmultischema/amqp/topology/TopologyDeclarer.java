package dev.chatmultischema.amqp.topology;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares durable queues and exchanges, one after another; does nothing where they are there.
 *
 * <p>A queue that exists with other arguments is taken as it is: arguments cannot change later, and
 * who changed the configuration should not have to delete what is in it.
 */
public final class TopologyDeclarer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopologyDeclarer.class);

  /** Queues that were warned about: what is shared is declared again and again. */
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  private final Connection connection;
  private Channel channel;

  public TopologyDeclarer(Connection connection) {
    this.connection = connection;
  }

  void exchange(String name, BuiltinExchangeType type, Map<String, Object> arguments)
      throws IOException {
    channel().exchangeDeclare(name, type, true, false, arguments);
  }

  void queue(String name, Map<String, Object> arguments) throws IOException {
    try {
      channel().queueDeclare(name, true, false, false, arguments);
    } catch (IOException e) {
      if (!ReplyCodes.closedWith(e, AMQP.PRECONDITION_FAILED)) {
        throw e;
      }
      if (TOLD.add(name)) {
        LOG.warn("{} exists with other arguments than configured, taken as it is", name);
      }
    }
  }

  void binding(String queue, String exchange, String routingKey) throws IOException {
    channel().queueBind(queue, exchange, routingKey);
  }

  /** The broker closes a channel on which it refused something. */
  private Channel channel() throws IOException {
    if (channel == null || !channel.isOpen()) {
      channel =
          Optional.ofNullable(connection.createChannel())
              .orElseThrow(() -> new IOException("no channel left on the connection"));
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.abort();
    }
  }
}
