package dev.chatmultischema.bench;

import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jackson.JsonSnakeCase;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * The floor of costs of HTTP: Dropwizard with its defaults and resources that read and write bodies
 * like the service's, without authentication, validation, or anything behind them.
 */
public final class BareService extends Application<Configuration> {

  static final String NAME = "bare Dropwizard";

  public static void main(String... arguments) throws Exception {
    new BareService().run(arguments);
  }

  @Override
  public void run(Configuration configuration, Environment environment) {
    environment.jersey().register(new Resource());
  }

  /** A message to post. */
  @JsonSnakeCase
  public record NewMessage(Map<String, Object> content, UUID messageId) {}

  /** The response to a post. */
  @JsonSnakeCase
  public record Accepted(UUID messageId, UUID tenantId, Instant acceptedAt) {}

  /** A stored message. */
  @JsonSnakeCase
  public record Message(
      UUID messageId, long seq, UUID senderId, Map<String, Object> content, Instant createdAt) {}

  /** A page of messages. */
  @JsonSnakeCase
  public record Page(List<Message> data, String nextCursor, boolean hasMore) {}

  /** A user. */
  @JsonSnakeCase
  public record User(
      UUID userId,
      String name,
      String email,
      String role,
      UUID tenantId,
      boolean disabled,
      Instant createdAt) {

    static User of(UUID id, Instant createdAt) {
      return new User(id, "Bench", "bench@example.com", "user", null, false, createdAt);
    }
  }

  /** The paths that costs are measured for. */
  @Path("/")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public static final class Resource {

    private static final UUID ID = UUID.randomUUID();
    private static final Map<String, Object> CONTENT = Map.of("n", 1, "text", "x".repeat(171));

    private final Instant time = Instant.now();
    private final Page page =
        new Page(
            LongStream.range(0, 50).mapToObj(n -> new Message(ID, n, ID, CONTENT, time)).toList(),
            ID.toString(),
            true);
    private final User user = User.of(ID, time);

    @POST
    @Path("/messages")
    public Response post(NewMessage message) {
      return Response.accepted(new Accepted(ID, ID, Instant.now())).build();
    }

    @GET
    @Path("/messages")
    public Page page() {
      return page;
    }

    @GET
    @Path("/users/me")
    public User me() {
      return user;
    }
  }
}
