package dev.chatmultischema.amqp;

import dev.chatmultischema.amqp.codec.SenderHeaders;
import dev.chatmultischema.amqp.consume.ConsumerConnections;
import dev.chatmultischema.amqp.deadletter.DeadLetters;
import dev.chatmultischema.amqp.publish.ConfirmingPublisher;
import dev.chatmultischema.amqp.publish.PublisherConnections;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.amqp.topology.TopologyConnection;
import io.dropwizard.lifecycle.Managed;

/** Holds the parts that use RabbitMQ, and opens and closes their connections. */
public final class Rabbit implements Managed {

  private final MessageTopology topology;
  private final TopologyConnection declaring;
  private final PublisherConnections publishing;
  private final ConfirmingPublisher publisher;
  private final ConsumerConnections consumers;
  private final TenantQueues queues;
  private final SenderHeaders senders;
  private final DeadLetters deadLetters;

  Rabbit(
      MessageTopology topology,
      TopologyConnection declaring,
      PublisherConnections publishing,
      ConfirmingPublisher publisher,
      ConsumerConnections consumers,
      TenantQueues queues,
      SenderHeaders senders) {
    this.topology = topology;
    this.declaring = declaring;
    this.publishing = publishing;
    this.publisher = publisher;
    this.consumers = consumers;
    this.queues = queues;
    this.senders = senders;
    this.deadLetters = new DeadLetters(declaring.connection(), queues, publisher, senders);
  }

  public MessageTopology topology() {
    return topology;
  }

  public ConfirmingPublisher publisher() {
    return publisher;
  }

  public ConsumerConnections consumers() {
    return consumers;
  }

  public TenantQueues queues() {
    return queues;
  }

  public SenderHeaders senders() {
    return senders;
  }

  public DeadLetters deadLetters() {
    return deadLetters;
  }

  /** Returns whether the broker is connected, or was in the last five seconds. */
  public boolean isReachable() {
    return publishing.isReachable();
  }

  @Override
  public void start() {
    declaring.start();
    publishing.start();
  }

  /** Closes the consumers' connections first: their last failures can still be republished. */
  @Override
  public void stop() throws InterruptedException {
    consumers.close();
    publishing.stop();
    declaring.stop();
  }
}
