package dev.chatmultischema.amqp.topology;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.chatmultischema.amqp.connection.Channels;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries the broker about tenants' queues, any number of them on one channel, inside {@link
 * TenantQueues#query}. Redeclares a tenant's queue that is missing.
 */
public final class QueueProbe {

  private static final Logger LOG = LoggerFactory.getLogger(QueueProbe.class);

  private final TenantQueues queues;
  private final MissingDeadLetterQueues missing;
  private final Connection connection;
  private Channel channel;

  QueueProbe(TenantQueues queues, MissingDeadLetterQueues missing, Channel channel) {
    this.queues = queues;
    this.missing = missing;
    this.connection = channel.getConnection();
    this.channel = channel;
  }

  /** The numbers of ready messages in a tenant's queue and dead-letter queue. */
  public record Depth(long queue, long deadLetters) {}

  /**
   * Returns the numbers of messages that are ready in both queues of a tenant; empty if one is on a
   * node of the broker that is down. A dead-letter queue that was missing is not looked for again
   * for 10 minutes, unless a node declares one.
   */
  public Optional<Depth> depth(TenantId tenant) throws IOException {
    try {
      return Optional.of(
          new Depth(ready(tenant), missing.contains(tenant) ? 0 : deadLetters(tenant)));
    } catch (IOException e) {
      if (!ReplyCodes.isInaccessible(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Returns the number of messages that are ready in a tenant's queue. */
  public long ready(TenantId tenant) throws IOException {
    return findOrRedeclare(tenant).getMessageCount();
  }

  /**
   * Returns the number of messages that are ready in a tenant's dead-letter queue: 0 before the
   * first dead letter, when it does not exist.
   */
  public long deadLetters(TenantId tenant) throws IOException {
    long declarations = missing.declarations();
    var found = find(MessageTopology.deadLetterQueue(tenant));
    if (found.isEmpty()) {
      missing.add(tenant, declarations);
    }
    return found.map(AMQP.Queue.DeclareOk::getMessageCount).orElse(0);
  }

  /** Returns the number of consumers of a tenant's queue on all nodes; 0 if there is no queue. */
  public int consumers(TenantId tenant) throws IOException {
    return find(MessageTopology.queue(tenant))
        .map(AMQP.Queue.DeclareOk::getConsumerCount)
        .orElse(0);
  }

  /** Returns whether a queue exists. */
  public boolean exists(String queue) throws IOException {
    return find(queue).isPresent();
  }

  private AMQP.Queue.DeclareOk findOrRedeclare(TenantId tenant) throws IOException {
    var queue = MessageTopology.queue(tenant);
    var found = find(queue);
    if (found.isPresent()) {
      return found.get();
    }
    LOG.warn("queue {} is missing; redeclaring it", queue);
    queues.declare(tenant);
    return find(queue)
        .orElseThrow(() -> new IOException(queue + " was deleted right after its declaration"));
  }

  private Optional<AMQP.Queue.DeclareOk> find(String queue) throws IOException {
    try {
      return Optional.of(channel.queueDeclarePassive(queue));
    } catch (IOException e) {
      if (!ReplyCodes.closedWith(e, AMQP.NOT_FOUND)) {
        throw e;
      }
      // The broker closed the channel with this error.
      channel = Channels.open(connection);
      if (ReplyCodes.isInaccessible(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  void close() throws IOException {
    channel.abort();
  }
}
