package dev.chatmultischema.embedded;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** PgBouncer of a Debian package, in front of a PostgreSQL server. */
public final class PgBouncer implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");
  private static final Duration START = Duration.ofSeconds(20);

  private final GuardedProcess process;
  private final String url;

  private PgBouncer(GuardedProcess process, String url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts one that pools connections to the given database; skips the test if it is not installed,
   * unless {@code TEST_PGBOUNCER=required}.
   *
   * @param mode {@code session} or {@code transaction}
   */
  public static PgBouncer start(String databaseUrl, String mode) {
    if (!"required".equals(System.getenv("TEST_PGBOUNCER"))) {
      Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "PgBouncer is not installed");
    }
    var server = URI.create(databaseUrl);
    int port = FreePort.find();
    var process =
        GuardedProcess.start(
            "PgBouncer", "TERM", directory -> command(directory, server, mode, port));
    process.awaitStart(START, () -> accepts(port));
    return new PgBouncer(
        process,
        "postgres://%s@127.0.0.1:%d%s".formatted(server.getRawUserInfo(), port, server.getPath()));
  }

  /** Returns the URL of the database through PgBouncer. */
  public String url() {
    return url;
  }

  @Override
  public void close() {
    process.close();
  }

  private static List<String> command(Path directory, URI server, String mode, int port)
      throws IOException {
    var login = server.getUserInfo().split(":", 2);
    var users = directory.resolve("users");
    Files.writeString(
        users, "\"%s\" \"%s\"\n".formatted(login[0], login[1]) + DatabaseRoles.pgBouncerUsers());
    var settings = directory.resolve("pgbouncer.ini");
    Files.writeString(
        settings,
        """
        [databases]
        * = host=%s port=%d
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = %s
        pool_mode = %s
        default_pool_size = 40
        max_client_conn = 200
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(server.getHost(), server.getPort(), port, users, mode));
    var command = new ArrayList<>(PostgresServer.asOrdinaryUser(directory));
    for (var file : List.of(users, settings)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
    command.addAll(List.of(PROGRAM.toString(), settings.toString()));
    return command;
  }

  private static boolean accepts(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (ConnectException notYet) {
      return false;
    }
  }
}
