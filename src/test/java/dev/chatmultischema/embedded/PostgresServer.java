package dev.chatmultischema.embedded;

import com.sun.security.auth.module.UnixSystem;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own processes on a free loopback port, in a temporary directory that
 * is removed when it is closed. It does not survive a power failure: nothing is flushed.
 */
public final class PostgresServer implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);
  private static final String USER = "chat";
  private static final String DATABASE = "postgres";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "listen_addresses", "127.0.0.1",
          "unix_socket_directories", "",
          "fsync", "off",
          "full_page_writes", "off",
          "synchronous_commit", "off",
          "max_connections", "100",
          // A query on the partitioned parent locks the partition of each tenant.
          "max_locks_per_transaction", "256",
          "timezone", "UTC");

  private final GuardedProcess process;
  private final int port;
  private final String password;

  private PostgresServer(GuardedProcess process, int port, String password) {
    this.process = process;
    this.port = port;
    this.password = password;
  }

  /** Starts a server; throws {@link IllegalStateException} with its output if it cannot. */
  public static PostgresServer start() {
    var port = FreePort.find();
    var password = UUID.randomUUID().toString();
    var process =
        GuardedProcess.start("Postgres", "INT", directory -> command(directory, port, password));
    var postgres = new PostgresServer(process, port, password);
    process.awaitStart(START, postgres::answers);
    return postgres;
  }

  /**
   * Returns the URL of the database {@code postgres}, with the name and password of a superuser.
   */
  public String url() {
    return "postgres://%s:%s@127.0.0.1:%d/%s".formatted(USER, password, port, DATABASE);
  }

  /**
   * Ends all sessions and stops the server; throws {@link IllegalStateException} if it does not
   * within 20 seconds.
   */
  @Override
  public void close() {
    process.close();
  }

  private static List<String> command(Path directory, int port, String password)
      throws IOException {
    var programs = PostgresBinaries.unpacked(directory).resolve("bin");
    var asUser = asOrdinaryUser(directory);
    initialize(directory, programs, asUser, password);
    var command = new ArrayList<>(asUser);
    command.addAll(
        List.of(
            programs.resolve("postgres").toString(),
            "-D",
            directory.resolve("data").toString(),
            "-p",
            Integer.toString(port)));
    SETTINGS.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    return command;
  }

  /**
   * Returns the start of a command that runs as an ordinary user, since PostgreSQL refuses to run
   * as root.
   */
  static List<String> asOrdinaryUser(Path directory) throws IOException {
    if (new UnixSystem().getUid() != 0) {
      return List.of();
    }
    // In a user namespace of its own, root appears as nobody, and still owns its files.
    if (LinuxUtils.isUnshareAvailable()) {
      return List.of("unshare", "-U");
    }
    // Containers forbid such namespaces, but have setpriv.
    if (GuardedProcess.onPath("setpriv")) {
      var nobody =
          directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
      Files.setOwner(directory, nobody);
      var id = Files.getAttribute(directory, "unix:uid");
      return List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups");
    }
    throw new IllegalStateException(
        "PostgreSQL does not run as root, and neither unshare nor setpriv can change that here:"
            + " use another user, or name a server in TEST_DATABASE_URL");
  }

  private static void initialize(
      Path directory, Path programs, List<String> asUser, String password) throws IOException {
    var secret = Files.writeString(directory.resolve("password"), password);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
    var log = directory.resolve("initdb.log");
    var command =
        Stream.concat(
                asUser.stream(),
                Stream.of(
                    programs.resolve("initdb").toString(),
                    "--pgdata=" + directory.resolve("data"),
                    "--username=" + USER,
                    "--pwfile=" + secret,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    "--no-sync"))
            .collect(Collectors.toList());
    var initdb =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!initdb.waitFor(START.toSeconds(), TimeUnit.SECONDS) || initdb.exitValue() != 0) {
        initdb.destroyForcibly();
        throw new IllegalStateException(
            "initdb failed:%n%s".formatted(Files.readString(log, StandardCharsets.ISO_8859_1)));
      }
    } catch (InterruptedException e) {
      initdb.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while initdb ran", e);
    }
  }

  private boolean answers() {
    var jdbcUrl = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, DATABASE);
    try (var connection = DriverManager.getConnection(jdbcUrl, USER, password)) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }
}
