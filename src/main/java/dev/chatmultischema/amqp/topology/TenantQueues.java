package dev.chatmultischema.amqp.topology;

import dev.chatmultischema.amqp.connection.ChannelWork;
import dev.chatmultischema.amqp.connection.ReplyCodes;
import dev.chatmultischema.amqp.connection.SupervisedConnection;
import dev.chatmultischema.amqp.topology.QueueProbe.Depth;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares, inspects and deletes each tenant's two queues, and declares the exchanges and queues
 * that all tenants share. Existing ones are left unchanged.
 *
 * <p>All methods use a channel of their own on the {@link TopologyConnection}, and throw {@link
 * dev.chatmultischema.message.BrokerUnavailable} if there is no connection, or the broker refuses
 * or does not respond.
 */
public final class TenantQueues {

  /** The topic of wake-ups of all nodes after the declaration of a dead-letter queue. */
  public static final String WAKEUP = "dead-letter-queues";

  private static final Logger LOG = LoggerFactory.getLogger(TenantQueues.class);

  private final SupervisedConnection<?> connection;
  private final MessageTopology topology;
  private final MissingDeadLetterQueues missing = new MissingDeadLetterQueues();
  private volatile Runnable declarationListener = () -> {};

  public TenantQueues(TopologyConnection connection, MessageTopology topology) {
    this.connection = connection.connection();
    this.topology = topology;
  }

  /** Declares a tenant's queue. */
  public void declare(TenantId tenant) {
    declare(declarer -> topology.declareTenant(declarer, tenant));
  }

  /** Declares a tenant's dead-letter queue, which does not exist before the first dead letter. */
  public void declareDeadLetters(TenantId tenant) {
    declare(declarer -> topology.declareDeadLetters(declarer, tenant));
    noteDeadLetterQueue();
    declarationListener.run();
  }

  /** Sets what is run after this node has declared a dead-letter queue; it must not block. */
  public void onDeadLetterQueue(Runnable listener) {
    declarationListener = listener;
  }

  /** Has dead-letter queues that were missing looked for again: a node has declared one. */
  public void noteDeadLetterQueue() {
    missing.forget();
  }

  /** Declares the exchanges and queues that all tenants share. */
  public void declareShared() {
    declare(topology::declareShared);
  }

  /** Redeclares the shared part if the exchange of expired retries is missing. */
  public void redeclareSharedIfMissing() {
    if (ifFound(channel -> channel.exchangeDeclarePassive(MessageTopology.TENANTS)).isEmpty()) {
      LOG.warn("exchange {} is missing; redeclaring it", MessageTopology.TENANTS);
      declareShared();
    }
  }

  private interface Declaration {
    void run(TopologyDeclarer declarer) throws IOException;
  }

  private void declare(Declaration declaration) {
    connection.withChannel(
        channel -> {
          try (var declarer = new TopologyDeclarer(channel.getConnection())) {
            declaration.run(declarer);
            return null;
          }
        });
  }

  /**
   * Deletes both queues with all their messages; does nothing if they do not exist. One on a node
   * of the broker that is down cannot be deleted: then the broker counts as unavailable.
   */
  public void delete(TenantId tenant) {
    delete(MessageTopology.queue(tenant));
    delete(MessageTopology.deadLetterQueue(tenant));
  }

  private void delete(String queue) {
    ifFound(channel -> channel.queueDelete(queue));
  }

  /** Queries about any number of queues. */
  public interface Query<T> {
    T run(QueueProbe probe) throws IOException;
  }

  /** Runs queries about any number of queues on one channel. */
  public <T> T query(Query<T> query) {
    return connection.withChannel(
        channel -> {
          var probe = new QueueProbe(this, missing, channel);
          try {
            return query.run(probe);
          } finally {
            probe.close();
          }
        });
  }

  /**
   * Returns the depths of tenants' queues, without those that are on a node of the broker that is
   * down, and those whose turn did not come in time; queries at least one.
   *
   * @param timeout the time after which no further queue is queried
   */
  public Map<TenantId, Depth> depths(Collection<TenantId> tenants, Duration timeout) {
    return query(
        probe -> {
          long start = System.nanoTime();
          var depths = new LinkedHashMap<TenantId, Depth>();
          for (var tenant : tenants) {
            if (System.nanoTime() - start > timeout.toNanos()) {
              break;
            }
            if (!depths.containsKey(tenant)) {
              probe.depth(tenant).ifPresent(depth -> depths.put(tenant, depth));
            }
          }
          return depths;
        });
  }

  /** Returns the result of the work; empty if its queue or exchange does not exist. */
  private <T> Optional<T> ifFound(ChannelWork<T> work) {
    return connection.withChannel(
        channel -> {
          try {
            return Optional.of(work.run(channel));
          } catch (IOException e) {
            if (ReplyCodes.isMissing(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }
}
