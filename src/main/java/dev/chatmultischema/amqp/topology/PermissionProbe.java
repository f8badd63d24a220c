package dev.chatmultischema.amqp.topology;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chatmultischema.amqp.connection.Channels;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the user's permissions on RabbitMQ by performing each operation of the service once, on
 * queues named after a tenant that does not exist. RabbitMQ's permissions are regular expressions
 * on names, so only an attempt shows whether they suffice.
 *
 * <p>The queues are exclusive, so the broker deletes them at the latest when the connection closes.
 * Test messages are published in a transaction that is rolled back: RabbitMQ checks the permission
 * on publishing, before the transaction ends.
 */
public final class PermissionProbe {

  private static final Logger LOG = LoggerFactory.getLogger(PermissionProbe.class);

  /**
   * The type is explicit: exclusive queues fail if the virtual host's default queue type is quorum.
   */
  private static final Map<String, Object> ARGUMENTS = Map.of("x-queue-type", "classic");

  private static final AMQP.BasicProperties NO_PROPERTIES = new AMQP.BasicProperties();

  /** There is one for the whole process, so that repeated failures have equal reasons. */
  private static final TenantId ABSENT_TENANT = TenantId.create();

  private final Connection connection;

  public PermissionProbe(Connection connection) {
    this.connection = connection;
  }

  /**
   * Performs all operations.
   *
   * @param retryExchanges the exchanges that failed messages are published to
   * @throws IOException if the user lacks a permission (reply code 403), or the connection is lost
   */
  public void run(Set<String> retryExchanges) throws IOException {
    var channel = Channels.open(connection);
    try {
      useQueues(channel);
      publish(channel, retryExchanges);
      channel.queueDelete(MessageTopology.queue(ABSENT_TENANT));
      channel.queueDelete(MessageTopology.deadLetterQueue(ABSENT_TENANT));
    } catch (IOException | ShutdownSignalException e) {
      if (!connection.isOpen() || ReplyCodes.closedWith(e, AMQP.ACCESS_REFUSED)) {
        throw e;
      }
      // A limit on the number of queues, for example, only affects new tenants.
      LOG.warn("could not check the permissions on RabbitMQ: {}; continuing", ReplyCodes.reason(e));
    } finally {
      channel.abort();
    }
  }

  /**
   * Reads the queue of unrouted messages, which the probe of other operations does without.
   *
   * @throws IOException if the user lacks the permission (reply code 403), or the queue does not
   *     respond
   */
  public static void readUnrouted(Connection connection) throws IOException {
    var channel = Channels.open(connection);
    try {
      // The broker requeues this message, if any, when the channel closes.
      channel.basicGet(MessageTopology.UNROUTED_QUEUE, false);
    } finally {
      channel.abort();
    }
  }

  private static void useQueues(Channel channel) throws IOException {
    var queue = MessageTopology.queue(ABSENT_TENANT);
    var deadLetters = MessageTopology.deadLetterQueue(ABSENT_TENANT);
    channel.queueDeclare(queue, false, true, true, ARGUMENTS);
    channel.queueBind(queue, MessageTopology.TENANTS, queue);
    channel.queueDeclare(deadLetters, false, true, true, ARGUMENTS);
    channel.basicGet(queue, false);
    channel.basicGet(deadLetters, false);
  }

  private static void publish(Channel channel, Set<String> retryExchanges) throws IOException {
    channel.txSelect();
    var queue = MessageTopology.queue(ABSENT_TENANT);
    channel.basicPublish(MessageTopology.DEFAULT_EXCHANGE, queue, NO_PROPERTIES, new byte[0]);
    channel.txRollback();
    for (var exchange : retryExchanges) {
      channel.basicPublish(exchange, queue, NO_PROPERTIES, new byte[0]);
    }
    channel.txRollback();
  }
}
