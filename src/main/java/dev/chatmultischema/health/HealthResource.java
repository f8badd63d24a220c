package dev.chatmultischema.health;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.amqp.RabbitFactory;
import dev.chatmultischema.database.DatabaseFactory;
import dev.chatmultischema.redis.RedisFactory;
import io.dropwizard.health.HealthStateAggregator;
import io.dropwizard.health.HealthStateView;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * Says what of the service works, as measured in the background moments ago: asking costs the
 * dependencies nothing. Open to everybody.
 */
@Path("/health")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {

  private final HealthStateAggregator measured;

  HealthResource(HealthStateAggregator measured) {
    this.measured = measured;
  }

  /** Whether a dependency answers. */
  public enum Dependency {
    @JsonProperty("up")
    UP,
    @JsonProperty("down")
    DOWN
  }

  /** What the service can do. */
  public enum Status {
    /** Everything. */
    @JsonProperty("ok")
    OK,
    /** Everything, but streams poll: Redis is down. */
    @JsonProperty("degraded")
    DEGRADED,
    /** It can take no messages in, or not store them. */
    @JsonProperty("down")
    DOWN
  }

  /** The state of the service and of what it depends on. */
  public record Health(Status status, Dependency database, Dependency rabbitmq, Dependency redis) {

    private static Health of(Dependency database, Dependency rabbitmq, Dependency redis) {
      var status = redis == Dependency.UP ? Status.OK : Status.DEGRADED;
      var essential = database == Dependency.UP && rabbitmq == Dependency.UP;
      return new Health(essential ? status : Status.DOWN, database, rabbitmq, redis);
    }
  }

  /** Answers 503 where the database or the broker is down, else 200. */
  @GET
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = Health.class)))
  @ApiResponse(
      responseCode = "503",
      description = "The same, where the service cannot take or store messages",
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
