package dev.chatmultischema.consumer;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.amqp.Rabbit;
import dev.chatmultischema.cluster.CommandLog;
import dev.chatmultischema.cluster.NodeRegistry;
import dev.chatmultischema.consumer.processing.BatchProcessor;
import dev.chatmultischema.consumer.processing.BatchWriter;
import dev.chatmultischema.consumer.processing.ConsumerLauncher;
import dev.chatmultischema.consumer.processing.DeliveryBudget;
import dev.chatmultischema.consumer.processing.ErasedDeliveries;
import dev.chatmultischema.consumer.processing.OutcomePolicy;
import dev.chatmultischema.consumer.processing.OutcomeRouter;
import dev.chatmultischema.consumer.processing.SharedResources;
import dev.chatmultischema.consumer.processing.WorkerScheduler;
import dev.chatmultischema.consumer.supervision.ConsumerStates;
import dev.chatmultischema.consumer.supervision.ConsumerSupervisor;
import dev.chatmultischema.consumer.supervision.ConsumersHealthCheck;
import dev.chatmultischema.consumer.supervision.DesiredStateReader;
import dev.chatmultischema.consumer.supervision.PendingCommands;
import dev.chatmultischema.consumer.supervision.QueueDepths;
import dev.chatmultischema.consumer.supervision.StuckConsumerDetector;
import dev.chatmultischema.message.Epochs;
import dev.chatmultischema.message.ErasedSenders;
import dev.chatmultischema.message.MessageStore;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.redis.Redis;
import dev.chatmultischema.tenant.TenantDao;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;

/** The {@code consumer} section. */
public final class ConsumerFactory {

  /** The name of the health check. */
  public static final String NAME = "consumers";

  /** The topic of the wake-ups that make all nodes read the desired state. */
  static final String WAKEUP = "tenants";

  @Min(2)
  @Max(64)
  private int threads = 8;

  @Min(1)
  @Max(1_000)
  private int prefetch = 500;

  @Min(1)
  @Max(500)
  private int maxBatch = 250;

  @MinDataSize(1024 * 1024)
  private DataSize maxHeld =
      DataSize.bytes(Math.min(Runtime.getRuntime().maxMemory() / 8, 256 * 1024 * 1024));

  @MinDuration(value = 1, unit = TimeUnit.SECONDS)
  private Duration stuckAfter = Duration.seconds(30);

  /** Sets the number of threads that store batches, each on a database connection of its own. */
  @JsonProperty
  public void setThreads(int threads) {
    this.threads = threads;
  }

  /** Sets the largest number of unacknowledged deliveries of one tenant. */
  @JsonProperty
  public void setPrefetch(int prefetch) {
    this.prefetch = prefetch;
  }

  /** Sets the largest number of messages in one transaction. */
  @JsonProperty
  public void setMaxBatch(int maxBatch) {
    this.maxBatch = maxBatch;
  }

  /**
   * Sets the bytes of deliveries that this node may hold, by default an eighth of the heap and at
   * most 256 MiB. Beyond them, the deliveries of a tenant are requeued until half is free.
   */
  @JsonProperty
  public void setMaxHeld(DataSize maxHeld) {
    this.maxHeld = maxHeld;
  }

  /** Sets the time without progress after which a consumer with a backlog counts as stuck. */
  @JsonProperty
  public void setStuckAfter(Duration stuckAfter) {
    this.stuckAfter = stuckAfter;
  }

  /**
   * Builds the consumers of this node, which start with the service, with their health check and
   * metrics; returns the control of the consumers of all nodes.
   */
  public Consumers build(
      Environment environment,
      NodeRegistry nodes,
      Jdbi jdbi,
      Rabbit rabbit,
      Redis redis,
      Epochs epochs,
      ErasedSenders erased,
      ChatMetrics metrics) {
    var tenants = jdbi.onDemand(TenantDao.class);
    var commands = new CommandLog(jdbi);
    var json = environment.getObjectMapper();
    var policy = new OutcomePolicy(rabbit.topology().retries());
    var writer =
        new BatchWriter(new MessageStore(jdbi, epochs)::append, redis.broadcaster(), policy);
    var router =
        new OutcomeRouter(rabbit.publisher()::republish, rabbit.topology(), policy, nodes.node());
    var shared =
        new SharedResources(
            new BatchProcessor(
                new ErasedDeliveries(erased, rabbit.senders()), writer, router, policy),
            new WorkerScheduler(threads),
            new DeliveryBudget(maxHeld.toBytes()),
            rabbit.senders(),
            maxBatch);
    var launcher = new ConsumerLauncher(rabbit, tenants, metrics, shared, prefetch);
    Runnable wakeNodes = () -> redis.publishWakeup(WAKEUP);
    var supervisor =
        new ConsumerSupervisor(
            nodes,
            new DesiredStateReader(tenants, commands),
            new PendingCommands(nodes.node(), commands::writeReceipt, json),
            launcher,
            metrics);
    redis.onWakeup(WAKEUP, supervisor::wake);
    environment.lifecycle().manage(supervisor);
    environment
        .lifecycle()
        .manage(
            new StuckConsumerDetector(supervisor, rabbit.queues(), stuckAfter.toJavaDuration()));
    environment.healthChecks().register(NAME, new ConsumersHealthCheck(supervisor));
    metrics.registry().register(new QueueDepths(supervisor, rabbit.queues(), metrics));
    metrics.registry().register(new ConsumerStates(supervisor, nodes::live));
    return new Consumers(supervisor, commands, tenants, rabbit.queues(), wakeNodes, json);
  }
}
