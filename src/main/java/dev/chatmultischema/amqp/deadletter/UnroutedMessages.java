package dev.chatmultischema.amqp.deadletter;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.publish.ConfirmingPublisher;
import dev.chatmultischema.amqp.publish.PublisherConnections;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings back, every ten seconds, what found no queue: a retry whose tenant's queue was deleted
 * while it waited. It also declares anew what all tenants share.
 *
 * <p>A message of a deleted tenant goes. One that is nobody's stays, and is warned about once.
 * Every node does this; a message is taken by one of them.
 */
public final class UnroutedMessages implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(UnroutedMessages.class);

  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final Duration STOPS = Duration.ofSeconds(5);
  private static final int GROUP = 100;
  private static final int MAX_PER_SWEEP = 10_000;

  private final PublisherConnections link;
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
  private boolean warned;

  public UnroutedMessages(
      PublisherConnections link,
      TenantQueues queues,
      ConfirmingPublisher publisher,
      TenantDao tenants) {
    this.link = link;
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
    // A sweep may be cut anywhere: what is not acknowledged goes back.
    if (!sweeper.stop(STOPS)) {
      LOG.warn("the sweep of unrouted messages did not end within {}", STOPS);
    }
  }

  private void sweepOrLog() {
    try {
      queues.declareShared();
      link.withChannel(
          channel -> {
            sweep(channel);
            return null;
          });
      databaseOutage.up();
    } catch (BrokerUnavailable e) {
      LOG.debug("no sweep of unrouted messages: {}", e.getMessage());
    } catch (JdbiException e) {
      databaseOutage.down(e);
    } catch (RuntimeException e) {
      LOG.error("the sweep of unrouted messages failed, another follows", e);
    }
  }

  /** What is not acknowledged goes back when the channel closes. */
  private void sweep(Channel channel) throws IOException {
    int taken = 0;
    int back = 0;
    int nobodys = 0;
    List<GetResponse> group;
    do {
      group = take(channel);
      taken += group.size();
      var byTenant =
          group.stream()
              .collect(
                  Collectors.groupingBy(
                      message -> MessageTopology.tenant(message.getEnvelope().getRoutingKey())));
      nobodys += byTenant.getOrDefault(Optional.<TenantId>empty(), List.of()).size();
      for (var entry : byTenant.entrySet()) {
        if (entry.getKey().isPresent()) {
          back += republish(channel, entry.getKey().get(), entry.getValue());
        }
      }
    } while (!group.isEmpty() && taken < MAX_PER_SWEEP);
    if (back > 0) {
      LOG.warn("{} messages had found no queue and were brought back", back);
    }
    if (nobodys > 0 && !warned) {
      LOG.warn(
          "{} messages in {} are for no tenant's queue and stay there",
          nobodys,
          MessageTopology.UNROUTED_QUEUE);
    }
    warned = nobodys > 0;
  }

  private static List<GetResponse> take(Channel channel) throws IOException {
    var group = new ArrayList<GetResponse>();
    long bytes = 0;
    while (group.size() < GROUP && bytes < DeadLetters.GROUP_BYTES) {
      var message = channel.basicGet(MessageTopology.UNROUTED_QUEUE, false);
      if (message == null) {
        break;
      }
      group.add(message);
      bytes += message.getBody().length;
    }
    return group;
  }

  /** Returns how many were brought back; what the broker does not take stays where it was. */
  private int republish(Channel channel, TenantId tenant, List<GetResponse> messages)
      throws IOException {
    var exists = tenants.find(tenant).isPresent();
    if (exists) {
      try {
        queues.declare(tenant);
        publisher.republish(
            tenant, messages.stream().map(message -> back(tenant, message)).toList());
      } catch (BrokerUnavailable | TenantMissing e) {
        LOG.debug("unrouted messages of tenant {} stay: {}", tenant, e.getMessage());
        return 0;
      }
    } else {
      LOG.debug(
          "dropped {} unrouted messages of tenant {}, which is deleted", messages.size(), tenant);
    }
    for (var message : messages) {
      channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
    }
    return exists ? messages.size() : 0;
  }

  private static OutboundMessage back(TenantId tenant, GetResponse message) {
    return MessageCodec.toTenantQueue(tenant, message, MessageCodec.ownHeaders(message.getProps()));
  }
}
