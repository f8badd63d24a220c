package dev.chatmultischema.amqp;

import dev.chatmultischema.amqp.consume.ConsumerConnections;
import dev.chatmultischema.amqp.deadletter.DeadLetters;
import dev.chatmultischema.amqp.publish.ConfirmingPublisher;
import dev.chatmultischema.amqp.publish.PublisherConnections;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.TenantQueues;
import io.dropwizard.lifecycle.Managed;

/** What the service does with RabbitMQ, on connections for publishing and others for consuming. */
public final class Rabbit implements Managed {

  private final MessageTopology topology;
  private final PublisherConnections link;
  private final ConfirmingPublisher publisher;
  private final ConsumerConnections consumers;
  private final TenantQueues queues;
  private final DeadLetters deadLetters;

  Rabbit(
      MessageTopology topology,
      PublisherConnections link,
      ConfirmingPublisher publisher,
      ConsumerConnections consumers,
      TenantQueues queues) {
    this.topology = topology;
    this.link = link;
    this.publisher = publisher;
    this.consumers = consumers;
    this.queues = queues;
    this.deadLetters = new DeadLetters(link, queues, publisher);
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

  public DeadLetters deadLetters() {
    return deadLetters;
  }

  /** Whether the broker can be reached, or could be in the last five seconds. */
  public boolean reachable() {
    return link.reachable();
  }

  @Override
  public void start() {
    link.start();
  }

  /** Closes the consumers' connections first, while what they still have to publish can be. */
  @Override
  public void stop() {
    consumers.close();
    link.stop();
  }
}
