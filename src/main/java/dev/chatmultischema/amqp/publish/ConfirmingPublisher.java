package dev.chatmultischema.amqp.publish;

import com.google.common.base.Throwables;
import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.codec.SenderHeaders;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.concurrency.DaemonThreads;
import dev.chatmultischema.logging.RequestTrace;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.MessagePublisher;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes persistent, mandatory messages with publisher confirms.
 *
 * <p>Returned messages are republished once, after declaring the queues: they may have been deleted
 * while the service runs, and a tenant's dead-letter queue is declared by its first dead letter. A
 * message is also returned if its queue is on a node of the broker that is down; then the
 * declaration fails.
 */
public final class ConfirmingPublisher implements MessagePublisher {

  private static final Logger LOG = LoggerFactory.getLogger(ConfirmingPublisher.class);

  private static final CompletableFuture<Void> CONFIRMED = CompletableFuture.completedFuture(null);

  private static final int REDECLARING_THREADS = 4;
  private static final int MAX_REDECLARING = 1_000;

  private final PublisherConnections connections;
  private final TenantQueues queues;
  private final TenantDao tenants;
  private final SenderHeaders senders;

  /** Waits for the database and the broker. */
  private final Executor redeclaring =
      DaemonThreads.pool("publish-redeclaring-%d", REDECLARING_THREADS, MAX_REDECLARING);

  public ConfirmingPublisher(
      PublisherConnections connections,
      TenantQueues queues,
      TenantDao tenants,
      SenderHeaders senders) {
    this.connections = connections;
    this.queues = queues;
    this.tenants = tenants;
    this.senders = senders;
  }

  @Override
  public CompletableFuture<Void> publish(TenantId tenant, List<Draft> drafts, RequestTrace trace) {
    try {
      return publishOutbound(
          tenant,
          drafts.stream()
              .map(draft -> MessageCodec.encode(tenant, draft, trace, senders))
              .toList());
    } catch (BrokerUnavailable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Republishes messages of a tenant in order, each by its own route, and waits until the broker
   * has confirmed all.
   *
   * @throws BrokerUnavailable if a confirm is missing; some messages may have been queued
   * @throws TenantMissing if the tenant has been deleted
   */
  public void republish(TenantId tenant, List<OutboundMessage> messages) {
    try {
      publishOutbound(tenant, messages).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerUnavailable("interrupted while publishing", e);
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    }
  }

  private CompletableFuture<Void> publishOutbound(TenantId tenant, List<OutboundMessage> messages) {
    return connections
        .publish(tenant, messages)
        .thenCompose(rejected -> rejected.isEmpty() ? CONFIRMED : redeclare(tenant, rejected));
  }

  private CompletableFuture<Void> redeclare(TenantId tenant, Rejected rejected) {
    try {
      return CompletableFuture.runAsync(() -> redeclareAndRepublish(tenant, rejected), redeclaring);
    } catch (RejectedExecutionException e) {
      throw new BrokerUnavailable("too many queues to redeclare", e);
    }
  }

  private void redeclareAndRepublish(TenantId tenant, Rejected rejected) {
    if (tenants.find(tenant).isEmpty()) {
      throw new TenantMissing(tenant);
    }
    var messages = rejected.messages();
    boolean isStale;
    try {
      isStale = rejected.isRefused() && isRoutable(messages.get(0));
      declareQueues(tenant, messages);
      if (!connections.publishApart(messages)) {
        throw new BrokerUnavailable(
            messages.size() + " messages of tenant " + tenant + " were returned or refused twice",
            null);
      }
    } catch (BrokerUnavailable e) {
      connections.failed(messages.get(0));
      throw e;
    }
    connections.recovered(messages.get(0));
    if (isStale) {
      connections.replaceStaleChannels();
    }
  }

  /** Returns whether the queue of a message exists: some brokers refuse a message without one. */
  private boolean isRoutable(OutboundMessage message) {
    return !isForOneTenant(message) || queues.query(probe -> probe.exists(message.routingKey()));
  }

  private void declareQueues(TenantId tenant, List<OutboundMessage> rejected) {
    long deadLetters = rejected.stream().filter(message -> isDeadLetter(tenant, message)).count();
    if (deadLetters > 0) {
      LOG.debug("declaring the dead-letter queue of tenant {}", tenant);
      queues.declareDeadLetters(tenant);
    }
    if (deadLetters == rejected.size()) {
      return;
    }
    if (rejected.stream().allMatch(ConfirmingPublisher::isForOneTenant)) {
      queues.redeclareSharedIfMissing();
    } else {
      queues.declareShared();
    }
    queues.declare(tenant);
    LOG.warn(
        "{} messages of tenant {} were returned or refused; redeclared the queues, republishing",
        rejected.size() - deadLetters,
        tenant);
  }

  private static boolean isForOneTenant(OutboundMessage message) {
    return message.exchange().equals(MessageTopology.DEFAULT_EXCHANGE);
  }

  private static boolean isDeadLetter(TenantId tenant, OutboundMessage message) {
    return isForOneTenant(message)
        && message.routingKey().equals(MessageTopology.deadLetterQueue(tenant));
  }
}
