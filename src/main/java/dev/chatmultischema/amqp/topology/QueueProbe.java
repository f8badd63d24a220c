package dev.chatmultischema.amqp.topology;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker about tenants' queues, many of them on one channel; a queue that is missing is
 * declared anew.
 *
 * <p>Lives inside {@link TenantQueues#query}.
 */
public final class QueueProbe {

  private static final Logger LOG = LoggerFactory.getLogger(QueueProbe.class);

  private final TenantQueues queues;
  private final Connection connection;
  private Channel channel;

  QueueProbe(TenantQueues queues, Channel channel) {
    this.queues = queues;
    this.connection = channel.getConnection();
    this.channel = channel;
  }

  /** Messages ready in a tenant's queues. */
  public record Depth(long queue, long deadLetters) {}

  public Depth depth(TenantId tenant) throws IOException {
    return new Depth(ready(tenant), deadLetters(tenant));
  }

  /** Messages ready in a tenant's queue. */
  public long ready(TenantId tenant) throws IOException {
    return look(tenant, MessageTopology.queue(tenant)).getMessageCount();
  }

  public long deadLetters(TenantId tenant) throws IOException {
    return look(tenant, MessageTopology.deadLetterQueue(tenant)).getMessageCount();
  }

  /** Consumers of a tenant's queue, on all nodes; none where there is no queue. */
  public int consumers(TenantId tenant) throws IOException {
    return find(MessageTopology.queue(tenant))
        .map(AMQP.Queue.DeclareOk::getConsumerCount)
        .orElse(0);
  }

  private AMQP.Queue.DeclareOk look(TenantId tenant, String queue) throws IOException {
    var found = find(queue);
    if (found.isPresent()) {
      return found.get();
    }
    LOG.warn("{} is missing, declared anew", queue);
    queues.declare(tenant);
    return find(queue).orElseThrow(() -> new IOException(queue + " was deleted at once"));
  }

  private Optional<AMQP.Queue.DeclareOk> find(String queue) throws IOException {
    try {
      return Optional.of(channel.queueDeclarePassive(queue));
    } catch (IOException e) {
      if (!ReplyCodes.closedWith(e, AMQP.NOT_FOUND)) {
        throw e;
      }
      // Which has closed the channel.
      channel = connection.createChannel();
      return Optional.empty();
    }
  }

  void close() throws IOException {
    channel.abort();
  }
}
