package dev.chatmultischema.amqp;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.amqp.connection.RabbitEndpoint;
import dev.chatmultischema.amqp.connection.RabbitUrl;
import dev.chatmultischema.amqp.consume.ConsumerConnections;
import dev.chatmultischema.amqp.deadletter.UnroutedMessages;
import dev.chatmultischema.amqp.publish.ConfirmingPublisher;
import dev.chatmultischema.amqp.publish.PublisherConnections;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.QueueType;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.tenant.TenantDao;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;

/** The {@code rabbitmq} section. */
public final class RabbitFactory {

  /** The name of the health check and of the connections. */
  public static final String NAME = "rabbitmq";

  private RabbitUrl url = RabbitUrl.parse("amqp://guest:guest@localhost:5672/");

  @NotNull private QueueType queueType = QueueType.CLASSIC;

  @Min(1)
  @Max(32)
  private int publisherChannels = 4;

  @Min(500)
  @Max(65_536)
  private int maxOutstandingPerChannel = 4_096;

  @NotNull
  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  private Duration confirmTimeout = Duration.seconds(5);

  @NotNull
  @MinDuration(value = 1, unit = TimeUnit.SECONDS)
  private Duration heartbeat = Duration.seconds(5);

  @NotNull
  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  private Duration connectTimeout = Duration.seconds(3);

  @Min(1)
  @Max(2_000)
  private int consumersPerConnection = 1_500;

  @NotEmpty
  private List<@MinDuration(value = 10, unit = TimeUnit.MILLISECONDS) Duration> retryDelays =
      List.of(
          Duration.seconds(1),
          Duration.seconds(5),
          Duration.seconds(30),
          Duration.minutes(2),
          Duration.minutes(10));

  /**
   * Takes {@code amqp://user:password@host:port/vhost}, or {@code amqps}; no path and {@code /}
   * both mean the virtual host {@code /}.
   *
   * @throws IllegalArgumentException if it is no such URL
   */
  @JsonProperty
  public void setUrl(String url) {
    this.url = RabbitUrl.parse(url);
  }

  /** Of the queues declared from now on; those that exist stay what they are. */
  @JsonProperty
  public void setQueueType(QueueType queueType) {
    this.queueType = queueType;
  }

  /** Channels to publish on, of each of two connections: for few messages at a time, and many. */
  @JsonProperty
  public void setPublisherChannels(int publisherChannels) {
    this.publisherChannels = publisherChannels;
  }

  /** Messages that may await their confirm on one channel; more wait for room. */
  @JsonProperty
  public void setMaxOutstandingPerChannel(int maxOutstandingPerChannel) {
    this.maxOutstandingPerChannel = maxOutstandingPerChannel;
  }

  /** How long a publish may take altogether. */
  @JsonProperty
  public void setConfirmTimeout(Duration confirmTimeout) {
    this.confirmTimeout = confirmTimeout;
  }

  /** A connection on which nothing came for twice this time is given up. */
  @JsonProperty
  public void setHeartbeat(Duration heartbeat) {
    this.heartbeat = heartbeat;
  }

  @JsonProperty
  public void setConnectTimeout(Duration connectTimeout) {
    this.connectTimeout = connectTimeout;
  }

  /** A further connection is opened for consumers beyond this number. */
  @JsonProperty
  public void setConsumersPerConnection(int consumersPerConnection) {
    this.consumersPerConnection = consumersPerConnection;
  }

  /** How long a failed message waits before its second, third … attempt; its number bounds them. */
  @JsonProperty
  public void setRetryDelays(List<Duration> retryDelays) {
    this.retryDelays = List.copyOf(retryDelays);
  }

  /** Builds what talks to RabbitMQ and its health check; connects once the service starts. */
  public Rabbit build(Environment environment, Jdbi jdbi) {
    var topology =
        new MessageTopology(queueType, retryDelays.stream().map(Duration::toMilliseconds).toList());
    var endpoint =
        new RabbitEndpoint(url, heartbeat.toJavaDuration(), connectTimeout.toJavaDuration());
    var link =
        new PublisherConnections(
            endpoint,
            topology,
            publisherChannels,
            maxOutstandingPerChannel,
            confirmTimeout.toJavaDuration());
    var tenants = jdbi.onDemand(TenantDao.class);
    var queues = new TenantQueues(link, topology);
    var publisher = new ConfirmingPublisher(link, queues, tenants);
    var consumers = new ConsumerConnections(endpoint, consumersPerConnection);
    var rabbit = new Rabbit(topology, link, publisher, consumers, queues);
    environment.lifecycle().manage(rabbit);
    environment.lifecycle().manage(new UnroutedMessages(link, queues, publisher, tenants));
    environment.healthChecks().register(NAME, new RabbitHealthCheck(queues));
    return rabbit;
  }
}
