package dev.chatmultischema.health;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.amqp.RabbitFactory;
import dev.chatmultischema.database.DatabaseFactory;
import dev.chatmultischema.redis.RedisFactory;
import io.dropwizard.health.HealthStateAggregator;
import io.dropwizard.health.HealthStateView;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * Returns the state of the service and of its dependencies, as the background checks last measured
 * it: a request causes no check. It needs no authentication.
 */
@Tag(name = "Service")
@Path("/health")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {

  private final HealthStateAggregator measured;

  HealthResource(HealthStateAggregator measured) {
    this.measured = measured;
  }

  /** The state of a dependency. */
  public enum Dependency {
    @JsonProperty("up")
    UP,
    @JsonProperty("down")
    DOWN
  }

  /** The state of the service. */
  public enum Status {
    /** All functions work. */
    @JsonProperty("ok")
    OK,
    /** All functions work, but streams poll: Redis is down. */
    @JsonProperty("degraded")
    DEGRADED,
    /** Messages cannot be accepted, or cannot be stored. */
    @JsonProperty("down")
    DOWN
  }

  /** The state of the service and of its dependencies. */
  public record Health(Status status, Dependency database, Dependency rabbitmq, Dependency redis) {

    private static Health of(Dependency database, Dependency rabbitmq, Dependency redis) {
      var status = redis == Dependency.UP ? Status.OK : Status.DEGRADED;
      var essential = database == Dependency.UP && rabbitmq == Dependency.UP;
      return new Health(essential ? status : Status.DOWN, database, rabbitmq, redis);
    }
  }

  /** Responds 503 if the database or the broker is down, else 200. */
  @Operation(operationId = "health", summary = "Report the measured state of the dependencies")
  @GET
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = Health.class)))
  @ApiResponse(
      responseCode = "503",
      description = "The same, if the service cannot accept or store messages",
      content = @Content(schema = @Schema(implementation = Health.class)))
  public Response health() {
    var health =
        Health.of(state(DatabaseFactory.NAME), state(RabbitFactory.NAME), state(RedisFactory.NAME));
    return Response.status(health.status() == Status.DOWN ? 503 : 200)
        .header("Cache-Control", "no-store")
        .entity(health)
        .build();
  }

  private Dependency state(String name) {
    return measured.healthStateView(name).filter(HealthStateView::isHealthy).isPresent()
        ? Dependency.UP
        : Dependency.DOWN;
  }
}
