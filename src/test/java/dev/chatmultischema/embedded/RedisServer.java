package dev.chatmultischema.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/** A Redis server of its own process on a free loopback port, which keeps all data in memory. */
public final class RedisServer implements AutoCloseable {

  /** The user and the password of nodes, with the permissions of the README. */
  static final String LOGIN = "chat:chat";

  private static final String PASSWORD = "chat";
  private static final Duration START = Duration.ofSeconds(30);

  private final GuardedProcess process;
  private final int port;

  private RedisServer(GuardedProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts a server; throws {@link IllegalStateException} with its output if it cannot. */
  public static RedisServer start() {
    return start(FreePort.find());
  }

  /** Starts an empty server on the port of this one, which must have been stopped or killed. */
  public RedisServer startAgain() {
    return start(port);
  }

  private static RedisServer start(int port) {
    var process = GuardedProcess.start("Redis", "TERM", directory -> command(directory, port));
    var redis = new RedisServer(process, port);
    process.awaitStart(START, redis::answers);
    return redis;
  }

  public String url() {
    return "redis://127.0.0.1:%d".formatted(port);
  }

  /** Kills the server (SIGKILL). */
  public void kill() {
    ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    close();
  }

  /** Stops the server; throws {@link IllegalStateException} if it does not within 20 seconds. */
  @Override
  public void close() {
    process.close();
  }

  private static List<String> command(Path directory, int port) throws IOException {
    var executable = ExecutableProvider.newJarResourceProvider(directory.toFile()).get();
    return List.of(
        executable.getPath(),
        "--port",
        Integer.toString(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        directory.toString(),
        "--save",
        "",
        "--appendonly",
        "no",
        "--user",
        "chat",
        "on",
        ">" + PASSWORD,
        "resetchannels",
        "&chat:*",
        "~chat:heads",
        "-@all",
        "+@connection",
        "-@dangerous",
        "+publish",
        "+subscribe",
        "+unsubscribe",
        "+role",
        "+zadd",
        "+zscore");
  }

  private boolean answers() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(1000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII)
          .equals("+PONG");
    } catch (IOException e) {
      return false;
    }
  }
}
