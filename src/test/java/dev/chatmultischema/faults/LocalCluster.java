package dev.chatmultischema.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.support.ChatService;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/** The cluster that {@code ops/servers run --cluster} has started. */
final class LocalCluster {

  static final String DIRECTORY = "TEST_CLUSTER";

  private static final File LOG = new File("target/cluster.log");

  /** A node of RabbitMQ with many quorum queues starts slowly under load. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Jdbi database =
      ChatService.jdbi(System.getenv("TEST_DATABASE_URL") + "?targetServerType=primary");
  private final String directory = System.getenv(DIRECTORY);
  private final Map<String, String> ports;

  LocalCluster() throws IOException {
    ports =
        Files.readAllLines(Path.of(directory, "ports")).stream()
            .map(line -> line.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  void run(String command, String... arguments) throws IOException, InterruptedException {
    execute(ProcessBuilder.Redirect.appendTo(LOG), line(command, arguments));
  }

  private List<String> line(String command, String... arguments) {
    var line = new ArrayList<>(List.of("ops/servers", command, directory));
    line.addAll(List.of(arguments));
    return line;
  }

  private static String execute(ProcessBuilder.Redirect output, List<String> line)
      throws IOException, InterruptedException {
    var command =
        new ProcessBuilder(line)
            .redirectError(ProcessBuilder.Redirect.appendTo(LOG))
            .redirectOutput(output);
    command.environment().put("START_SECONDS", String.valueOf(PATIENCE.toSeconds()));
    var process = command.start();
    var text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as(String.join(" ", line))
        .isTrue();
    assertThat(process.exitValue()).as(String.join(" ", line)).isZero();
    return text;
  }

  /** Returns the member of PostgreSQL that is the primary. */
  String primary() {
    int port =
        database.withHandle(
            primary -> primary.createQuery("SELECT inet_server_port()").mapTo(int.class).one());
    return port == port("postgresql-1") ? "postgresql-1" : "postgresql-2";
  }

  /** Returns the other member of PostgreSQL. */
  String standby() {
    return primary().equals("postgresql-1") ? "postgresql-2" : "postgresql-1";
  }

  /** Lets commits on the primary wait for no standby. */
  void replicateAsynchronously() {
    database.useHandle(
        primary -> {
          primary.execute("ALTER SYSTEM SET synchronous_standby_names = ''");
          primary.execute("SELECT pg_reload_conf()");
        });
  }

  /** Returns the output of rabbitmqctl on a node. */
  String rabbitmqctl(String node, String... arguments) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of(node));
    all.addAll(List.of(arguments));
    return execute(ProcessBuilder.Redirect.PIPE, line("rabbitmqctl", all.toArray(String[]::new)));
  }

  /**
   * Separates a node of RabbitMQ from the others: it closes its connections to them, and refuses
   * new ones by another cookie, as behind a partition of the network. Clients still reach it.
   */
  void isolate(String node) throws IOException, InterruptedException {
    rabbitmqctl(
        node,
        "-q",
        "eval",
        "[begin erlang:set_cookie(N, isolated), erlang:disconnect_node(N) end || N <- nodes()].");
  }

  /** Ends the separation by {@link #isolate}. */
  void reconnect(String node) throws IOException, InterruptedException {
    rabbitmqctl(
        node,
        "-q",
        "eval",
        "[erlang:set_cookie(N, erlang:get_cookie())"
            + " || N <- rabbit_mnesia:cluster_nodes(all) -- [node()]].");
  }

  /** Returns whether a node of RabbitMQ sees all three running, and no partition. */
  boolean isWhole(String node) throws IOException, InterruptedException {
    return rabbitmqctl(
            node,
            "-q",
            "eval",
            "rabbit:is_running() andalso {length(rabbit_mnesia:cluster_nodes(running)),"
                + " rabbit_node_monitor:partitions()} =:= {3, []}.")
        .strip()
        .equals("true");
  }

  /** Returns the node of RabbitMQ on which most quorum queues have their leader. */
  String busiestRabbitmq() throws IOException, InterruptedException {
    var leaders =
        rabbitmqctl("rabbitmq-1", "-q", "--no-table-headers", "list_queues", "leader")
            .lines()
            .filter(line -> line.contains("@"))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    var node =
        leaders.entrySet().stream()
            .max(Comparator.comparingLong(Map.Entry::getValue))
            .orElseThrow()
            .getKey();
    return List.of("rabbitmq-1", "rabbitmq-2", "rabbitmq-3").stream()
        .filter(server -> node.equals("chat" + port(server) + "@localhost"))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the port of a server, as of {@code redis-1}. */
  int port(String server) {
    return Integer.parseInt(ports.get(server.replace('-', '_') + "_port"));
  }

  /** Returns the member of Redis that the Sentinels call the master. */
  String masterOfRedis() throws IOException, InterruptedException {
    var answer = sentinel("get-master-addr-by-name", "chat").lines().toList();
    return answer.get(1).equals(String.valueOf(port("redis-1"))) ? "redis-1" : "redis-2";
  }

  /** Returns whether a member of Redis is a replica with a link to its master. */
  boolean isReplicaOfRedis(String member) throws IOException, InterruptedException {
    return redis(member, "info", "replication").contains("master_link_status:up");
  }

  /** Sends a command to the first Sentinel. */
  String sentinel(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("sentinel"));
    command.addAll(List.of(arguments));
    return redis("sentinel-1", command.toArray(String[]::new));
  }

  private String redis(String server, String... command) throws IOException, InterruptedException {
    var line = new ArrayList<>(List.of("redis-cli", "-p", String.valueOf(port(server))));
    line.addAll(List.of(command));
    return execute(ProcessBuilder.Redirect.PIPE, line);
  }
}
