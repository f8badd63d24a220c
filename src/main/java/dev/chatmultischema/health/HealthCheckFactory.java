package dev.chatmultischema.health;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.amqp.RabbitFactory;
import dev.chatmultischema.concurrency.DaemonThreads;
import dev.chatmultischema.consumer.ConsumerFactory;
import dev.chatmultischema.database.DatabaseFactory;
import dev.chatmultischema.database.OwnerDatabase;
import dev.chatmultischema.redis.RedisFactory;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.health.DefaultHealthFactory;
import io.dropwizard.health.HealthCheckConfiguration;
import io.dropwizard.health.HealthCheckType;
import io.dropwizard.health.Schedule;
import io.dropwizard.health.response.ServletHealthResponder;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.prometheus.client.CollectorRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jdbi.v3.core.Jdbi;

/**
 * The {@code health} section: the interval and the timeout of checks of dependencies. It replaces
 * Dropwizard's own section {@code health}.
 */
public final class HealthCheckFactory {

  private static final String PATH = "/health-check";

  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
  private Duration interval = Duration.seconds(1);

  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
  private Duration timeout = Duration.seconds(3);

  /** The time from the end of one check to the start of the next, 100 ms to 1 min. */
  @JsonProperty
  public Duration getInterval() {
    return interval;
  }

  @JsonProperty
  public void setInterval(Duration interval) {
    this.interval = interval;
  }

  /** The time after which a check without a result is unhealthy, 100 ms to 1 min. */
  @JsonProperty
  public Duration getTimeout() {
    return timeout;
  }

  @JsonProperty
  public void setTimeout(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * Serves {@code /health} and, on both ports, {@code /health-check?type=alive|ready}. The call
   * must follow the registration of every other health check.
   *
   * <p>The process is alive unless its threads are in a deadlock or a long-lived one is dead: an
   * outage must not end it. It is ready while RabbitMQ is up and PostgreSQL is up and migrated;
   * without Redis, streams poll PostgreSQL. A node that drains is not ready.
   */
  public void build(
      Environment environment,
      Jdbi jdbi,
      OwnerDatabase owner,
      CollectorRegistry metrics,
      BooleanSupplier isDraining) {
    var checks = environment.healthChecks();
    // The pools' own checks report neither the reason of a failure nor missing migrations.
    checks.unregister(DatabaseFactory.NAME);
    checks.unregister(DatabaseFactory.OWNER);
    checks.register(DatabaseFactory.NAME, new DatabaseCheck(jdbi, owner));
    watch(environment, List.of(DatabaseFactory.NAME, RabbitFactory.NAME, RedisFactory.NAME));
    measure(environment, isDraining);
    var measured = environment.health().healthStateAggregator();
    metrics.register(new HealthMetrics(measured));
    var answer = new Readiness(measured, environment.getObjectMapper(), isDraining);
    environment
        .admin()
        .addServlet("health-check", new ServletHealthResponder(answer, true, "no-store"))
        .addMapping(PATH);
    environment.jersey().register(new HealthResource(measured));
  }

  /** Adds a timeout and a log of outages to the checks of dependencies. */
  private void watch(Environment environment, List<String> dependencies) {
    var checks = environment.healthChecks();
    var executor =
        environment
            .lifecycle()
            .executorService("dependency-%d", DaemonThreads.named("dependency-%d"))
            .minThreads(dependencies.size())
            .maxThreads(dependencies.size())
            .shutdownTime(Duration.milliseconds(100))
            .build();
    for (var name : dependencies) {
      var first =
          new FirstCheck(checks.getHealthCheck(name), timeout.toJavaDuration().dividedBy(2));
      var check = new TimedCheck(first, executor, timeout.toJavaDuration());
      checks.unregister(name);
      checks.register(name, new DependencyLog(name, check));
    }
    environment
        .lifecycle()
        .addEventListener(
            new LifeCycle.Listener() {
              @Override
              public void lifeCycleStopping(LifeCycle server) {
                // The shutdown closes connections from now on, which is no outage.
                checks.getNames().forEach(checks::unregister);
              }
            });
  }

  private void measure(Environment environment, BooleanSupplier isDraining) {
    var health = new DefaultHealthFactory();
    health.setHealthCheckUrlPaths(List.of(PATH));
    health.setHealthResponseProviderFactory(
        (status, measured, json) -> new Readiness(measured, json, isDraining));
    health.setHealthCheckConfigurations(
        List.of(
            check(DatabaseFactory.NAME, HealthCheckType.READY, true),
            check(RabbitFactory.NAME, HealthCheckType.READY, true),
            check(RedisFactory.NAME, HealthCheckType.READY, false),
            check(ConsumerFactory.NAME, HealthCheckType.READY, false),
            check("deadlocks", HealthCheckType.ALIVE, true)));
    health.configure(
        environment.lifecycle(),
        environment.servlets(),
        environment.jersey(),
        environment.health(),
        environment.getObjectMapper(),
        environment.getName());
  }

  private HealthCheckConfiguration check(String name, HealthCheckType type, boolean critical) {
    var schedule = new Schedule();
    // The first check itself waits until the service has opened its connections.
    schedule.setInitialDelay(Duration.milliseconds(0));
    schedule.setCheckInterval(interval);
    schedule.setDowntimeInterval(interval);
    schedule.setFailureAttempts(1);
    schedule.setSuccessAttempts(1);
    var check = new HealthCheckConfiguration();
    check.setName(name);
    check.setType(type);
    check.setCritical(critical);
    check.setInitialState(type == HealthCheckType.ALIVE);
    check.setSchedule(schedule);
    return check;
  }
}
