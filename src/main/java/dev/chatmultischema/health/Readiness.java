package dev.chatmultischema.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.concurrency.LongLivedThread;
import io.dropwizard.health.HealthCheckType;
import io.dropwizard.health.HealthStateAggregator;
import io.dropwizard.health.HealthStateView;
import io.dropwizard.health.response.HealthResponse;
import io.dropwizard.health.response.HealthResponseProvider;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Responds to {@code ?type=alive} and {@code ?type=ready}, the default, with 200 or 503 and the
 * state of each check.
 *
 * <p>It reads the state of every check. Dropwizard's own provider counts unhealthy checks, and the
 * count stays wrong after two checks have changed at once.
 */
final class Readiness implements HealthResponseProvider {

  private final HealthStateAggregator measured;
  private final ObjectMapper json;
  private final BooleanSupplier isDraining;

  Readiness(HealthStateAggregator measured, ObjectMapper json, BooleanSupplier isDraining) {
    this.measured = measured;
    this.json = json;
    this.isDraining = isDraining;
  }

  @Override
  public HealthResponse healthResponse(Map<String, Collection<String>> query) {
    var alive = query.getOrDefault("type", List.of()).stream().anyMatch("alive"::equalsIgnoreCase);
    var checks = measured.healthStateViews().stream().sorted().toList();
    boolean healthy =
        checks.stream()
            .filter(check -> alive ? check.getType() == HealthCheckType.ALIVE : check.isCritical())
            .allMatch(HealthStateView::isHealthy);
    healthy &= alive || !isDraining.getAsBoolean();
    // The request itself checks this: the thread of a background check could be dead too.
    healthy &= !alive || LongLivedThread.deadThreads().isEmpty();
    try {
      return new HealthResponse(
          healthy, json.writeValueAsString(checks), "application/json", healthy ? 200 : 503);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
