package dev.chatmultischema.amqp;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.amqp.codec.SenderHeaders;
import dev.chatmultischema.amqp.connection.RabbitEndpoint;
import dev.chatmultischema.amqp.connection.RabbitUrl;
import dev.chatmultischema.amqp.consume.ConsumerConnections;
import dev.chatmultischema.amqp.deadletter.UnroutedMessages;
import dev.chatmultischema.amqp.publish.ConfirmingPublisher;
import dev.chatmultischema.amqp.publish.PublisherConnections;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.QueueType;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.amqp.topology.TopologyConnection;
import dev.chatmultischema.signing.Signatures;
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

/** The {@code amqp} section: the connections to RabbitMQ, the queues and the retry delays. */
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

  private boolean trustUnsignedSenders;

  @NotEmpty
  private List<@MinDuration(value = 10, unit = TimeUnit.MILLISECONDS) Duration> retryDelays =
      List.of(
          Duration.seconds(1),
          Duration.seconds(5),
          Duration.seconds(30),
          Duration.minutes(2),
          Duration.minutes(10));

  /**
   * Sets the broker's address: {@code amqp://user:password@host:port/vhost}, or {@code amqps}. An
   * absent path and {@code /} both mean the virtual host {@code /}.
   *
   * @throws IllegalArgumentException if the text is not a valid URL of this form
   */
  @JsonProperty
  public void setUrl(String url) {
    this.url = RabbitUrl.parse(url);
  }

  /** Sets the type of queues that are declared from now on; existing ones are left unchanged. */
  @JsonProperty
  public void setQueueType(QueueType queueType) {
    this.queueType = queueType;
  }

  /** Sets the number of channels of each of the two publishing connections. */
  @JsonProperty
  public void setPublisherChannels(int publisherChannels) {
    this.publisherChannels = publisherChannels;
  }

  /**
   * Sets the maximum number of unconfirmed messages of a channel. Eight times as many may wait to
   * be sent, without a thread; further ones fail at once.
   */
  @JsonProperty
  public void setMaxOutstandingPerChannel(int maxOutstandingPerChannel) {
    this.maxOutstandingPerChannel = maxOutstandingPerChannel;
  }

  /** Sets the timeout of a publish, including the waiting for earlier ones. */
  @JsonProperty
  public void setConfirmTimeout(Duration confirmTimeout) {
    this.confirmTimeout = confirmTimeout;
  }

  /** Sets the heartbeat; a connection without any traffic for twice this time is closed. */
  @JsonProperty
  public void setHeartbeat(Duration heartbeat) {
    this.heartbeat = heartbeat;
  }

  /** Sets the timeout of connecting; that of the AMQP handshake is twice as long. */
  @JsonProperty
  public void setConnectTimeout(Duration connectTimeout) {
    this.connectTimeout = connectTimeout;
  }

  /** Sets the number of consumers beyond which a further connection is opened. */
  @JsonProperty
  public void setConsumersPerConnection(int consumersPerConnection) {
    this.consumersPerConnection = consumersPerConnection;
  }

  /** Sets the delay before each retry. After as many retries, a failed message is dead-lettered. */
  @JsonProperty
  public void setRetryDelays(List<Duration> retryDelays) {
    this.retryDelays = List.copyOf(retryDelays);
  }

  /**
   * Sets whether messages without a signature may name their sender, as those of nodes before
   * version 0.2 do. Then every producer of a tenant's queue may do so.
   */
  @JsonProperty
  public void setTrustUnsignedSenders(boolean trustUnsignedSenders) {
    this.trustUnsignedSenders = trustUnsignedSenders;
  }

  /** Builds the parts that use RabbitMQ, and a health check; connects when the service starts. */
  public Rabbit build(Environment environment, Jdbi jdbi, Signatures signatures) {
    var senders = new SenderHeaders(signatures, trustUnsignedSenders);
    var topology =
        new MessageTopology(queueType, retryDelays.stream().map(Duration::toMilliseconds).toList());
    var endpoint =
        new RabbitEndpoint(url, heartbeat.toJavaDuration(), connectTimeout.toJavaDuration());
    var publishing =
        new PublisherConnections(
            endpoint,
            topology,
            publisherChannels,
            maxOutstandingPerChannel,
            confirmTimeout.toJavaDuration());
    var tenants = jdbi.onDemand(TenantDao.class);
    var declaring = new TopologyConnection(endpoint);
    var queues = new TenantQueues(declaring, topology);
    var publisher = new ConfirmingPublisher(publishing, queues, tenants, senders);
    var consumers = new ConsumerConnections(endpoint, consumersPerConnection);
    var rabbit = new Rabbit(topology, declaring, publishing, publisher, consumers, queues, senders);
    environment.lifecycle().manage(rabbit);
    var unrouted = new UnroutedMessages(declaring.connection(), queues, publisher, tenants);
    environment.lifecycle().manage(unrouted);
    environment
        .healthChecks()
        .register(NAME, new RabbitHealthCheck(publishing, queues, unrouted::failure));
    return rabbit;
  }
}
