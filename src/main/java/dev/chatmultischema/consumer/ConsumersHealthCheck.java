package dev.chatmultischema.consumer;

import com.codahale.metrics.health.HealthCheck;
import java.util.stream.Collectors;

/** Names the tenants that should be consumed on this node and are not. */
final class ConsumersHealthCheck extends HealthCheck {

  private static final int MAX_NAMED = 10;

  private final ConsumerSupervisor supervisor;

  ConsumersHealthCheck(ConsumerSupervisor supervisor) {
    this.supervisor = supervisor;
  }

  @Override
  protected Result check() {
    if (!supervisor.started()) {
      return Result.unhealthy("what is wanted was not read yet: the database does not answer");
    }
    var missing = supervisor.missing();
    if (missing.isEmpty()) {
      return Result.healthy();
    }
    return Result.unhealthy(
        missing.entrySet().stream()
            .limit(MAX_NAMED)
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .collect(
                Collectors.joining(
                    "; ",
                    missing.size() + " tenants are not consumed: ",
                    missing.size() > MAX_NAMED ? "; …" : "")));
  }
}
