package dev.chatmultischema.embedded;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis master with a replica, and three sentinels, of which one demands a login. They are those
 * of {@code redis-server} on the path if tests use a real Redis, else embedded ones.
 */
public final class RedisSentinels implements AutoCloseable {

  public static final String MASTER = "chat";

  /** The time after which sentinels take a silent master as down, in ms. */
  public static final int DOWN_AFTER_MILLIS = 1_000;

  private static final Duration START = Duration.ofSeconds(30);

  private final List<Server> servers = new ArrayList<>();
  private final List<Server> sentinels = new ArrayList<>();

  /** A process and its port. */
  public record Server(GuardedProcess process, int port) {

    /** Opens a connection of a user with all rights. */
    public Jedis connect() {
      return new Jedis("127.0.0.1", port, 1_000);
    }

    public String address() {
      return "127.0.0.1:" + port;
    }

    /** Kills it (SIGKILL). */
    public void kill() {
      ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
      process.close();
    }

    /** Sends a signal, as in {@code STOP} and {@code CONT}. */
    public void signal(String name) throws IOException, InterruptedException {
      var kill = new ProcessBuilder("kill", "-s", name, String.valueOf(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new IOException("no " + name + " to process " + process.pid());
      }
    }
  }

  private RedisSentinels() {}

  /** Starts all five, and returns when the sentinels know each other and the replica. */
  public static RedisSentinels start() {
    var started = new RedisSentinels();
    try {
      int master = started.server(List.of());
      started.server(List.of("replicaof 127.0.0.1 " + master));
      for (int i = 0; i < 3; i++) {
        started.sentinel(master, i == 0);
      }
      await("sentinels").atMost(START).until(started::isComplete);
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private int server(List<String> lines) {
    var server =
        start(
            "Redis",
            false,
            List.of(
                "save \"\"",
                "appendonly no",
                "repl-diskless-sync-delay 0",
                "user chat on >chat resetchannels &chat:* ~chat:heads -@all +@connection -@dangerous +publish"
                    + " +subscribe +unsubscribe +zadd +zscore +role"),
            lines);
    servers.add(server);
    return server.port();
  }

  private void sentinel(int master, boolean login) {
    var lines =
        List.of(
            "sentinel monitor %s 127.0.0.1 %d 2".formatted(MASTER, master),
            "sentinel down-after-milliseconds %s %d".formatted(MASTER, DOWN_AFTER_MILLIS),
            "sentinel failover-timeout %s 5000".formatted(MASTER));
    // The other sentinels need no login to it: it allows them what they ask each other.
    var user =
        login
            ? List.of(
                "user chat on >chat -@all +@connection +sentinel",
                "user default on nopass &* -@all +ping +publish +subscribe +hello"
                    + " +sentinel|is-master-down-by-addr +sentinel|masters")
            : List.<String>of();
    sentinels.add(start("Sentinel", true, lines, user));
  }

  private static Server start(
      String name, boolean sentinel, List<String> lines, List<String> more) {
    int port = FreePort.find();
    var process =
        GuardedProcess.start(
            name,
            "TERM",
            directory -> {
              var file = directory.resolve("redis.conf");
              var all =
                  new ArrayList<>(List.of("port " + port, "bind 127.0.0.1", "dir " + directory));
              all.addAll(lines);
              all.addAll(more);
              Files.write(file, all);
              var command = new ArrayList<>(List.of(executable(directory), file.toString()));
              if (sentinel) {
                command.add("--sentinel");
              }
              return command;
            });
    var server = new Server(process, port);
    process.awaitStart(START, () -> answers(server));
    return server;
  }

  private static String executable(Path directory) throws IOException {
    return Backends.shared().embeddedRedis() || !GuardedProcess.onPath("redis-server")
        ? ExecutableProvider.newJarResourceProvider(directory.toFile()).get().getPath()
        : "redis-server";
  }

  private static boolean answers(Server server) {
    try (var jedis = server.connect()) {
      return jedis.ping().equals("PONG");
    } catch (JedisException e) {
      return false;
    }
  }

  private boolean isComplete() {
    try (var jedis = sentinels.get(1).connect()) {
      var state = jedis.sentinelMasters().get(0);
      return state.get("num-slaves").equals("1") && state.get("num-other-sentinels").equals("2");
    } catch (JedisException e) {
      return false;
    }
  }

  /** Returns the URL for nodes. */
  public String url() {
    return "redis+sentinel://chat:chat@%s/%s"
        .formatted(
            sentinels.stream().map(Server::address).collect(Collectors.joining(",")), MASTER);
  }

  /** Returns the server that was started as the master, and the one that was its replica. */
  public List<Server> servers() {
    return servers;
  }

  /** Returns the sentinels; the first one demands a login for most commands. */
  public List<Server> sentinels() {
    return sentinels;
  }

  /** Returns whether a sentinel without a login names a server as the master. */
  public boolean isMaster(Server server) {
    try (var jedis = sentinels.get(1).connect()) {
      return jedis
          .sentinelGetMasterAddrByName(MASTER)
          .equals(List.of("127.0.0.1", String.valueOf(server.port())));
    } catch (JedisException e) {
      // It does not respond while it stores its configuration.
      return false;
    }
  }

  /** Begins a failover by command, once the sentinel knows that the replica is fit for it. */
  public void failOver() {
    await("a failover by command")
        .atMost(START)
        .ignoreExceptionsInstanceOf(JedisException.class)
        .untilAsserted(
            () -> {
              try (var jedis = sentinels.get(1).connect()) {
                jedis.sentinelFailover(MASTER);
              }
            });
  }

  @Override
  public void close() {
    Stream.concat(sentinels.stream(), servers.stream())
        .parallel()
        .forEach(server -> server.process().close());
  }
}
