package dev.chatmultischema.amqp.topology;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.chatmultischema.amqp.connection.Channels;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import java.io.IOException;
import java.util.Map;

/**
 * Declares durable exchanges, queues and bindings in turn; existing ones are left unchanged.
 *
 * <p>That includes a queue that exists with other arguments: arguments cannot be changed later, and
 * a change of the configuration must not require deleting the messages in the queue.
 */
public final class TopologyDeclarer implements AutoCloseable {

  private final Connection connection;
  private Channel channel;

  public TopologyDeclarer(Connection connection) {
    this.connection = connection;
  }

  void exchange(String name, BuiltinExchangeType type, Map<String, Object> arguments)
      throws IOException {
    channel().exchangeDeclare(name, type, true, false, arguments);
  }

  /** The result of declaring a queue. */
  enum Declared {
    /** The queue exists with the arguments, or with another choice of its first leader. */
    AS_REQUESTED,
    WITH_OTHER_ARGUMENTS,
    /** The queue exists on a node of the broker that is down. */
    INACCESSIBLE
  }

  Declared queue(String name, Map<String, Object> arguments) throws IOException {
    try {
      channel().queueDeclare(name, true, false, false, arguments);
      return Declared.AS_REQUESTED;
    } catch (IOException e) {
      if (ReplyCodes.isInaccessible(e)) {
        return Declared.INACCESSIBLE;
      }
      if (!ReplyCodes.closedWith(e, AMQP.PRECONDITION_FAILED)) {
        throw e;
      }
      // The broker compares this argument last. It matters only when a queue is created.
      return ReplyCodes.reason(e).contains("'x-queue-leader-locator'")
          ? Declared.AS_REQUESTED
          : Declared.WITH_OTHER_ARGUMENTS;
    }
  }

  void binding(String queue, String exchange, String routingKey) throws IOException {
    channel().queueBind(queue, exchange, routingKey);
  }

  /** Returns an open channel: the broker closes one on which it refused a declaration. */
  private Channel channel() throws IOException {
    if (channel == null || !channel.isOpen()) {
      channel = Channels.open(connection);
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
