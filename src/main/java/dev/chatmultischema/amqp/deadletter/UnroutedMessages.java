package dev.chatmultischema.amqp.deadletter;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.connection.SupervisedConnection;
import dev.chatmultischema.amqp.publish.ConfirmingPublisher;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.concurrency.PeriodicTask;
import dev.chatmultischema.logging.OutageLog;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Republishes unrouted messages every ten seconds: retries that expired while their tenant's queue
 * did not exist. Also redeclares the exchanges and queues that all tenants share.
 *
 * <p>Drops messages of deleted tenants. Messages that belong to no tenant stay in the queue, with
 * one warning. Every node runs this on its thread {@code unrouted}; the broker delivers each
 * message to one of them.
 */
public final class UnroutedMessages implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(UnroutedMessages.class);

  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_PER_SWEEP = 10_000;

  private final SupervisedConnection<?> connection;
  private final TenantQueues queues;
  private final ConfirmingPublisher publisher;
  private final TenantDao tenants;
  private final PeriodicTask sweeper =
      new PeriodicTask("unrouted", PERIOD, PERIOD, this::sweepOrLog);
  private final OutageLog databaseOutage =
      new OutageLog(
          LOG,
          "could not look up the tenants of unrouted messages",
          "retrying in " + PERIOD.toSeconds() + " s",
          "looking up the tenants of unrouted messages again");
  private final OutageLog brokerOutage =
      new OutageLog(
          LOG,
          "could not declare the shared queues and read unrouted messages",
          "retrying every " + PERIOD.toSeconds() + " s",
          "declaring the shared queues and reading unrouted messages again");
  private volatile String failure;
  private boolean isForeignReported;

  public UnroutedMessages(
      SupervisedConnection<?> connection,
      TenantQueues queues,
      ConfirmingPublisher publisher,
      TenantDao tenants) {
    this.connection = connection;
    this.queues = queues;
    this.publisher = publisher;
    this.tenants = tenants;
  }

  @Override
  public void start() {
    sweeper.start();
  }

  @Override
  public void stop() throws InterruptedException {
    // An interrupt is safe at any point: the broker requeues unacknowledged messages.
    if (!sweeper.stop(STOP_TIMEOUT)) {
      LOG.warn("the sweep of unrouted messages did not stop within {}", STOP_TIMEOUT);
    }
  }

  /** Returns why the shared queues could not be declared or read the last time, or empty. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  private void sweepOrLog() {
    try {
      queues.declareShared();
      connection.withChannel(
          channel -> {
            sweep(channel);
            return null;
          });
      databaseOutage.up();
      failure = null;
      brokerOutage.up();
    } catch (BrokerUnavailable e) {
      failure = e.getMessage();
      // The loss of the connection itself is logged where it is opened again.
      if (connection.isOpen()) {
        brokerOutage.down(failure);
      }
    } catch (JdbiException e) {
      databaseOutage.down(e);
    } catch (RuntimeException e) {
      LOG.error("could not republish unrouted messages; retrying in {}", PERIOD, e);
    }
  }

  private void sweep(Channel channel) throws IOException {
    int read = 0;
    int republished = 0;
    int foreign = 0;
    List<GetResponse> group;
    do {
      group = QueueReader.read(channel, MessageTopology.UNROUTED_QUEUE, MAX_PER_SWEEP);
      read += group.size();
      var byTenant = group.stream().collect(Collectors.groupingBy(UnroutedMessages::tenant));
      foreign += byTenant.getOrDefault(Optional.<TenantId>empty(), List.of()).size();
      for (var entry : byTenant.entrySet()) {
        if (entry.getKey().isPresent()) {
          republished += republish(channel, entry.getKey().get(), entry.getValue());
        }
      }
    } while (!group.isEmpty() && read < MAX_PER_SWEEP);
    report(republished, foreign);
  }

  private static Optional<TenantId> tenant(GetResponse message) {
    return MessageTopology.tenant(message.getEnvelope().getRoutingKey());
  }

  private void report(int republished, int foreign) {
    if (republished > 0) {
      LOG.warn("{} unrouted messages were republished to their tenants' queues", republished);
    }
    if (foreign > 0 && !isForeignReported) {
      LOG.warn(
          "{} messages in queue {} belong to no tenant; they stay there",
          foreign,
          MessageTopology.UNROUTED_QUEUE);
    }
    isForeignReported = foreign > 0;
  }

  /** Returns the number of republished messages; drops those of a deleted tenant. */
  private int republish(Channel channel, TenantId tenant, List<GetResponse> messages)
      throws IOException {
    var exists = tenants.find(tenant).isPresent();
    if (exists) {
      try {
        queues.declare(tenant);
        publisher.republish(
            tenant, messages.stream().map(message -> outbound(tenant, message)).toList());
      } catch (BrokerUnavailable | TenantMissing e) {
        LOG.debug("could not republish unrouted messages of tenant {}: {}", tenant, e.getMessage());
        return 0;
      }
    } else {
      LOG.debug("dropping {} unrouted messages of deleted tenant {}", messages.size(), tenant);
    }
    QueueReader.acknowledge(channel, messages);
    return exists ? messages.size() : 0;
  }

  private static OutboundMessage outbound(TenantId tenant, GetResponse message) {
    return MessageCodec.toTenantQueue(tenant, message, MessageCodec.ownHeaders(message.getProps()));
  }
}
