package dev.chatmultischema.consumer.supervision;

import com.codahale.metrics.health.HealthCheck;
import java.util.stream.Collectors;

/** Names the tenants that should be consumed on this node and are not, or do not get on. */
public final class ConsumersHealthCheck extends HealthCheck {

  private static final int MAX_NAMED = 10;

  private final ConsumerSupervisor supervisor;

  public ConsumersHealthCheck(ConsumerSupervisor supervisor) {
    this.supervisor = supervisor;
  }

  @Override
  protected Result check() {
    var blind = supervisor.blind();
    if (blind.isPresent()) {
      return Result.unhealthy(blind.get());
    }
    var missing = supervisor.lacking();
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
                    missing.size() + " tenants are not consumed as they should be: ",
                    missing.size() > MAX_NAMED ? "; …" : "")));
  }
}
