package dev.chatmultischema.embedded;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Two members of PostgreSQL under Patroni, one of them a synchronous standby, and an etcd. The
 * programs are those of Debian's packages.
 */
public final class Patroni implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(90);
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The arguments: own name and ports of REST and PostgreSQL, etcd's port, directory, programs. */
  private static final String CONFIGURATION =
      """
      scope: chat
      name: %1$s
      restapi: {listen: '127.0.0.1:%2$d', connect_address: '127.0.0.1:%2$d'}
      etcd3: {host: '127.0.0.1:%4$d'}
      bootstrap:
        dcs:
          ttl: 20
          loop_wait: 2
          retry_timeout: 5
          synchronous_mode: true
          postgresql:
            parameters: {max_connections: 200, max_locks_per_transaction: 256}
        initdb: [{encoding: UTF8}, {locale: C.UTF-8}]
        pg_hba:
        - host replication replicator 127.0.0.1/32 scram-sha-256
        - host all all 127.0.0.1/32 scram-sha-256
      postgresql:
        listen: 127.0.0.1:%3$d
        connect_address: 127.0.0.1:%3$d
        data_dir: %5$s/data
        bin_dir: %6$s
        pgpass: %5$s/pgpass
        basebackup: [{checkpoint: fast}]
        authentication:
          superuser: {username: postgres, password: chat}
          replication: {username: replicator, password: chat}
        parameters: {unix_socket_directories: '%5$s'}
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final GuardedProcess etcd;
  private final int etcdPort = FreePort.find();
  private final List<Member> members = new ArrayList<>();

  private static final class Member {
    private final String name;
    private final int restPort = FreePort.find();
    private final int port = FreePort.find();
    private GuardedProcess process;

    private Member(String name) {
      this.name = name;
    }
  }

  /** Returns the directory with the programs of the newest version of PostgreSQL. */
  private static Path programs() throws IOException {
    try (var versions = Files.list(VERSIONS)) {
      return versions.max(Path::compareTo).orElseThrow().resolve("bin");
    }
  }

  private Patroni() {
    var client = "http://127.0.0.1:" + etcdPort;
    var peer = "http://127.0.0.1:" + FreePort.find();
    etcd =
        GuardedProcess.start(
            "etcd",
            "TERM",
            directory ->
                List.of(
                    "etcd",
                    "--data-dir=" + directory.resolve("data"),
                    "--listen-client-urls=" + client,
                    "--advertise-client-urls=" + client,
                    "--listen-peer-urls=" + peer,
                    "--initial-advertise-peer-urls=" + peer,
                    "--initial-cluster=default=" + peer));
  }

  /** Starts all, and returns when the standby is synchronous. */
  public static Patroni start() {
    var patroni = new Patroni();
    try {
      patroni.etcd.awaitStart(START, () -> patroni.get(patroni.etcdPort, "/health") != null);
      for (var name : List.of("one", "two")) {
        var member = new Member(name);
        patroni.run(member);
        patroni.members.add(member);
      }
      patroni.awaitStandby();
      return patroni;
    } catch (RuntimeException e) {
      patroni.close();
      throw e;
    }
  }

  private void run(Member member) {
    member.process =
        GuardedProcess.start(
            "Patroni",
            "TERM",
            directory -> {
              var file =
                  Files.writeString(
                      directory.resolve("patroni.yml"),
                      CONFIGURATION.formatted(
                          member.name,
                          member.restPort,
                          member.port,
                          etcdPort,
                          directory,
                          programs()));
              var command = new ArrayList<>(PostgresServer.asOrdinaryUser(directory));
              command.addAll(List.of("patroni", file.toString()));
              return command;
            });
  }

  /** Waits until there is a leader with a synchronous standby. */
  public void awaitStandby() {
    await("a synchronous standby")
        .atMost(START)
        .until(() -> leader().isPresent() && withRole("sync_standby").isPresent());
  }

  /** Returns the URL of the database {@code postgres} on both, with a superuser's login. */
  public String url() {
    return "postgres://postgres:chat@127.0.0.1:%d,127.0.0.1:%d/postgres"
        .formatted(members.get(0).port, members.get(1).port);
  }

  private Optional<Member> leader() {
    return withRole("leader");
  }

  private Optional<Member> withRole(String role) {
    return members.stream()
        .map(member -> get(member.restPort, "/cluster"))
        .filter(answer -> answer != null)
        .findFirst()
        .flatMap(
            cluster ->
                StreamSupport.stream(cluster.path("members").spliterator(), false)
                    .filter(member -> member.path("role").asText().equals(role))
                    .filter(
                        member ->
                            List.of("running", "streaming").contains(member.path("state").asText()))
                    .map(member -> member.path("name").asText())
                    .findFirst())
        .map(name -> members.get(members.get(0).name.equals(name) ? 0 : 1));
  }

  /** Returns the answer in JSON, null if there is none. */
  private JsonNode get(int port, String path) {
    var uri = URI.create("http://127.0.0.1:" + port + path);
    try {
      return send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build());
    } catch (IOException e) {
      return null;
    }
  }

  private JsonNode send(HttpRequest request) throws IOException {
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
      }
      return answer.body().startsWith("{") ? JSON.readTree(answer.body()) : JSON.nullNode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Makes the standby the leader, and the leader its standby. */
  public void switchOver() throws IOException {
    var leader = leader().orElseThrow();
    send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/switchover".formatted(leader.restPort)))
            .POST(
                HttpRequest.BodyPublishers.ofString("{\"leader\": \"%s\"}".formatted(leader.name)))
            .build());
  }

  /** Kills the leader with its Patroni (SIGKILL), as the loss of a machine does. */
  public void killLeader() throws IOException {
    kill(leader().orElseThrow());
  }

  private static void kill(Member member) throws IOException {
    var postmaster = member.process.directory().resolve("data/postmaster.pid");
    long pid = Long.parseLong(Files.readAllLines(postmaster).get(0).strip());
    ProcessHandle.of(member.process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    member.process.close();
  }

  /** Starts the member that was killed again, with a new copy of the data. */
  public void restart() {
    members.stream().filter(member -> !Files.exists(member.process.directory())).forEach(this::run);
    awaitStandby();
  }

  @Override
  public void close() {
    members.forEach(member -> member.process.close());
    etcd.close();
  }
}
