package dev.chatmultischema.bench;

import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.support.Installation;
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
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;

/**
 * The floor of costs: Dropwizard with its defaults and resources that read and write bodies like
 * the service's, without authentication, validation, or anything behind them.
 */
public final class BareService extends Application<Configuration> {

  static final String NAME = "bare Dropwizard";

  private static final File LOG = new File("target/bare.log");

  private static final Pattern ARCHIVE = Pattern.compile("AOTCache=|SharedArchiveFile=");

  private static final String CONFIGURATION =
      """
      server:
        applicationConnectors: [{type: http, port: %d}]
        adminConnectors: [{type: http, port: %d}]
        requestLog: {appenders: []}
      logging: {level: WARN}
      """;

  public static void main(String... arguments) throws Exception {
    new BareService().run(arguments);
  }

  @Override
  public void run(Configuration configuration, Environment environment) {
    environment.jersey().register(new Resource());
  }

  /** The process of the bare service, on the JDK of the service. */
  record Running(Process process, int port) implements AutoCloseable {

    long pid() {
      return process.pid();
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  /** Starts the bare service in a process of its own, and waits until it answers. */
  static Running start(Installation installation) throws IOException {
    int port = FreePort.find();
    var configuration = Files.createTempFile("bare", ".yml");
    Files.writeString(configuration, CONFIGURATION.formatted(port, FreePort.find()));
    var process =
        new ProcessBuilder(command(installation, configuration.toString()))
            .redirectErrorStream(true)
            .redirectOutput(LOG)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Awaitility.await("bare service, see " + LOG)
        .atMost(Duration.ofMinutes(1))
        .until(() -> answers(port));
    Files.delete(configuration);
    return new Running(process, port);
  }

  /** Returns the service's options of the JVM, without an archive of its classes. */
  static List<String> options(Installation installation) {
    return installation.jvmOptions().stream()
        .filter(option -> !ARCHIVE.matcher(option).find())
        .toList();
  }

  private static List<String> command(Installation installation, String configuration) {
    var command = new ArrayList<>(List.of(installation.java() + "/bin/java"));
    command.addAll(options(installation));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(BareService.class.getName(), "server", configuration));
    return command;
  }

  private static boolean answers(int port) {
    try (var connection = new HttpConnection(port, "")) {
      return connection.request("GET", "/users/me", new byte[0]).status() == 200;
    } catch (IOException notYet) {
      return false;
    }
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
      Instant createdAt) {}

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
    private final User user = new User(ID, "Bench", "bench@example.com", "user", null, false, time);

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
