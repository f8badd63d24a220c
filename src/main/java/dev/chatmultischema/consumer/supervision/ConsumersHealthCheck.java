package dev.chatmultischema.consumer.supervision;

import com.codahale.metrics.health.HealthCheck;
import java.util.stream.Collectors;

/**
 * Is unhealthy while a tenant that this node should consume is not consumed, or makes no progress.
 */
public final class ConsumersHealthCheck extends HealthCheck {

  private static final int MAX_NAMED = 10;

  private final ConsumerSupervisor supervisor;

  public ConsumersHealthCheck(ConsumerSupervisor supervisor) {
    this.supervisor = supervisor;
  }

  @Override
  protected Result check() {
    var unassigned = supervisor.unassignedReason();
    if (unassigned.isPresent()) {
      return Result.unhealthy(unassigned.get());
    }
    var unhealthy = supervisor.unhealthy();
    if (unhealthy.isEmpty()) {
      return Result.healthy();
    }
    return Result.unhealthy(
        unhealthy.entrySet().stream()
            .limit(MAX_NAMED)
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .collect(
                Collectors.joining(
                    "; ",
                    unhealthy.size() + " tenants are not consumed as they should be: ",
                    unhealthy.size() > MAX_NAMED ? "; …" : "")));
  }
}
