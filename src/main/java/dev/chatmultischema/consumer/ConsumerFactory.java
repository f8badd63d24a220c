package dev.chatmultischema.consumer;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.amqp.Rabbit;
import dev.chatmultischema.message.MessageStore;
import dev.chatmultischema.metrics.ChatMetrics;
import dev.chatmultischema.redis.Redis;
import dev.chatmultischema.tenant.TenantDao;
import io.dropwizard.core.setup.Environment;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jdbi.v3.core.Jdbi;

/** The {@code consumers} section. */
public final class ConsumerFactory {

  /** The name of the health check. */
  public static final String NAME = "consumers";

  /** What wakes the reconcilers of all nodes. */
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

  /** Threads that all tenants' lanes share, each with a database connection while it stores. */
  @JsonProperty
  public void setThreads(int threads) {
    this.threads = threads;
  }

  /** Deliveries of one tenant that this node holds at most. */
  @JsonProperty
  public void setPrefetch(int prefetch) {
    this.prefetch = prefetch;
  }

  /** Messages that are stored in one transaction at most. */
  @JsonProperty
  public void setMaxBatch(int maxBatch) {
    this.maxBatch = maxBatch;
  }

  /** Builds what consumes every tenant's queue once the service starts, and its health check. */
  public ConsumerSupervisor build(
      Environment environment,
      String node,
      Jdbi jdbi,
      Rabbit rabbit,
      Redis redis,
      ChatMetrics metrics) {
    var tenants = jdbi.onDemand(TenantDao.class);
    var writer = new BatchWriter(new MessageStore(jdbi), redis.broadcaster());
    var router = new FailureRouter(rabbit.publisher(), new RetryPolicy(rabbit.topology(), node));
    var launcher =
        new ConsumerLauncher(
            rabbit,
            tenants,
            metrics,
            writer,
            router,
            new LaneScheduler(threads),
            prefetch,
            maxBatch);
    var supervisor =
        new ConsumerSupervisor(tenants, launcher, metrics, () -> redis.publishWakeup(WAKEUP));
    redis.onWakeup(WAKEUP, supervisor::wake);
    environment.lifecycle().manage(supervisor);
    environment.healthChecks().register(NAME, new ConsumersHealthCheck(supervisor));
    metrics.registry().register(new QueueDepths(supervisor, rabbit.queues(), metrics));
    return supervisor;
  }
}
