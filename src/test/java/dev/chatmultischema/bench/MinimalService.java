package dev.chatmultischema.bench;

import com.fasterxml.jackson.annotation.JsonRawValue;
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
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * The floor of costs of a Dropwizard service that does the work of a request: the resources of
 * {@link BareService} with the client libraries behind them. A post is published as it arrives,
 * answered after its publisher confirm, consumed, and stored with all others that have arrived; a
 * page and a user are one statement each. There is no authentication, tenant, validation, limit,
 * signature, retry, metric or stream.
 */
public final class MinimalService extends Application<Configuration> {

  static final String NAME = "bare Dropwizard with client libraries";

  private static final String DATABASE_URL = "BENCH_DATABASE_URL";
  private static final String RABBITMQ_URL = "BENCH_RABBITMQ_URL";

  public static void main(String... arguments) throws Exception {
    new MinimalService().run(arguments);
  }

  /** Returns the variables that name the servers. */
  static Map<String, String> environment(Deployment deployment) {
    return Map.of(DATABASE_URL, deployment.ownerUrl(), RABBITMQ_URL, deployment.rabbitmqUrl());
  }

  @Override
  public void run(Configuration configuration, Environment environment) throws Exception {
    environment
        .jersey()
        .register(
            new Resource(
                new ClientLibraries(System.getenv(DATABASE_URL), System.getenv(RABBITMQ_URL))));
  }

  /** A stored message, whose content is JSON already. */
  @JsonSnakeCase
  public record Message(
      UUID messageId, long seq, UUID senderId, @JsonRawValue String content, Instant createdAt) {}

  /** A page of messages. */
  @JsonSnakeCase
  public record Page(List<Message> data, String nextCursor, boolean hasMore) {}

  /** The paths that costs are measured for. */
  @Path("/")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public static final class Resource {

    private static final int PAGE = 50;

    private final ClientLibraries clients;

    Resource(ClientLibraries clients) {
      this.clients = clients;
    }

    @POST
    @Path("/messages")
    public CompletionStage<Response> post(byte[] body) {
      var id = UUID.randomUUID();
      return clients
          .publish(id, body)
          .thenApply(
              confirmed ->
                  Response.accepted(new BareService.Accepted(id, id, Instant.now())).build());
    }

    @GET
    @Path("/messages")
    public Page page() throws SQLException {
      var messages = clients.page(PAGE);
      return new Page(messages, messages.get(0).messageId().toString(), true);
    }

    @GET
    @Path("/users/me")
    public BareService.User me() throws SQLException {
      var message = clients.page(1).get(0);
      return BareService.User.of(message.messageId(), message.createdAt());
    }

    /** Returns the highest number of a stored message. */
    @GET
    @Path("/head")
    public long head() throws SQLException {
      return clients.head();
    }
  }
}
