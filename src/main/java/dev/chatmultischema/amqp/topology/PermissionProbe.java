package dev.chatmultischema.amqp.topology;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does once, on queues that bear the names of a tenant who does not exist, what the service will do
 * for tenants: RabbitMQ's permissions are regular expressions on names, so nothing else shows
 * whether they suffice.
 *
 * <p>The queues are exclusive and go with the connection at the latest; no message is kept, since
 * each is published in a transaction that is rolled back (RabbitMQ checks the permission when it
 * takes the message, before the transaction ends).
 */
public final class PermissionProbe {

  private static final Logger LOG = LoggerFactory.getLogger(PermissionProbe.class);

  /** Where the default queue type of a virtual host is quorum, an exclusive queue names its own. */
  private static final Map<String, Object> ARGUMENTS = Map.of("x-queue-type", "classic");

  private static final AMQP.BasicProperties NO_PROPERTIES = new AMQP.BasicProperties();

  /** The same for all attempts of this process, so that the reason for a failure is the same. */
  private static final TenantId NOBODY = TenantId.create();

  private final Connection connection;

  public PermissionProbe(Connection connection) {
    this.connection = connection;
  }

  /**
   * Returns if the user may do all of it.
   *
   * @param retryExchanges where failed messages are published to
   * @throws IOException if the broker refuses one of these operations for want of a permission
   *     (reply code 403), or the connection is lost
   */
  public void run(Set<String> retryExchanges) throws IOException {
    var channel =
        Optional.ofNullable(connection.createChannel())
            .orElseThrow(() -> new IOException("no channel left on the connection"));
    try {
      useQueues(channel);
      publish(channel, retryExchanges);
      channel.queueDelete(MessageTopology.queue(NOBODY));
      channel.queueDelete(MessageTopology.deadLetterQueue(NOBODY));
    } catch (IOException | ShutdownSignalException e) {
      if (!connection.isOpen() || ReplyCodes.closedWith(e, AMQP.ACCESS_REFUSED)) {
        throw e;
      }
      // A limit on the number of queues, for one, stops new tenants and not those that exist.
      LOG.warn("the permissions on RabbitMQ could not be tried: {}", ReplyCodes.reason(e));
    } finally {
      channel.abort();
    }
  }

  private static void useQueues(Channel channel) throws IOException {
    var queue = MessageTopology.queue(NOBODY);
    var deadLetters = MessageTopology.deadLetterQueue(NOBODY);
    channel.queueDeclare(queue, false, true, true, ARGUMENTS);
    channel.queueBind(queue, MessageTopology.TENANTS, queue);
    channel.queueDeclare(deadLetters, false, true, true, ARGUMENTS);
    channel.basicGet(queue, false);
    channel.basicGet(deadLetters, false);
    // What this takes goes back when the channel closes, as at each sweep of unrouted messages.
    channel.basicGet(MessageTopology.UNROUTED_QUEUE, false);
  }

  private static void publish(Channel channel, Set<String> retryExchanges) throws IOException {
    channel.txSelect();
    var queue = MessageTopology.queue(NOBODY);
    channel.basicPublish(MessageTopology.DEFAULT_EXCHANGE, queue, NO_PROPERTIES, new byte[0]);
    channel.txRollback();
    for (var exchange : retryExchanges) {
      channel.basicPublish(exchange, queue, NO_PROPERTIES, new byte[0]);
    }
    channel.txRollback();
  }
}
