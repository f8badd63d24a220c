package dev.chatmultischema.amqp.topology;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import dev.chatmultischema.amqp.publish.PublisherConnections;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, counts and removes each tenant's two queues, and makes what all tenants share; what exists
 * is taken as it is.
 */
public final class TenantQueues {

  private static final Logger LOG = LoggerFactory.getLogger(TenantQueues.class);

  private final PublisherConnections link;
  private final MessageTopology topology;

  public TenantQueues(PublisherConnections link, MessageTopology topology) {
    this.link = link;
    this.topology = topology;
  }

  /**
   * Declares both queues of a tenant.
   *
   * @throws dev.chatmultischema.message.BrokerUnavailable if the broker did not
   */
  public void declare(TenantId tenant) {
    declare(declaring -> topology.declareTenant(declaring, tenant));
  }

  /**
   * Declares what all tenants share.
   *
   * @throws dev.chatmultischema.message.BrokerUnavailable if the broker did not
   */
  public void declareShared() {
    declare(topology::declareShared);
  }

  /** Declares what all tenants share if the exchange that brings their retries back is missing. */
  public void redeclareMissingShared() {
    if (unless(AMQP.NOT_FOUND, channel -> channel.exchangeDeclarePassive(MessageTopology.TENANTS))
        .isEmpty()) {
      LOG.warn("exchange {} is missing, declared anew", MessageTopology.TENANTS);
      declareShared();
    }
  }

  private interface Declaration {
    void in(TopologyDeclarer declaring) throws IOException;
  }

  private void declare(Declaration declaration) {
    link.withChannel(
        channel -> {
          try (var declaring = new TopologyDeclarer(channel.getConnection())) {
            declaration.in(declaring);
            return null;
          }
        });
  }

  /**
   * Deletes both queues with all that is in them; does nothing where they are gone.
   *
   * @throws dev.chatmultischema.message.BrokerUnavailable if the broker did not
   */
  public void delete(TenantId tenant) {
    delete(MessageTopology.queue(tenant));
    delete(MessageTopology.deadLetterQueue(tenant));
  }

  private void delete(String queue) {
    unless(AMQP.NOT_FOUND, channel -> channel.queueDelete(queue));
  }

  /** Questions to the broker. */
  public interface Query<T> {
    T run(QueueProbe probe) throws IOException;
  }

  /**
   * Asks the broker about any number of queues.
   *
   * @throws dev.chatmultischema.message.BrokerUnavailable if it did not answer
   */
  public <T> T query(Query<T> query) {
    return link.withChannel(
        channel -> {
          var probe = new QueueProbe(this, channel);
          try {
            return query.run(probe);
          } finally {
            probe.close();
          }
        });
  }

  /** Empty if the broker answers with the given reply code. */
  private <T> Optional<T> unless(int code, PublisherConnections.Work<T> work) {
    return link.withChannel(
        channel -> {
          try {
            return Optional.of(work.on(channel));
          } catch (IOException e) {
            if (ReplyCodes.closedWith(e, code)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }
}
