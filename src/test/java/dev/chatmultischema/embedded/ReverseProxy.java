package dev.chatmultischema.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** HAProxy or nginx in front of two nodes, with the configuration of {@code ops}. */
public final class ReverseProxy implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(20);
  private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");
  private static final Path NGINX = Path.of("/usr/sbin/nginx");

  private final GuardedProcess process;
  private final int port;

  private ReverseProxy(GuardedProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Returns whether both are installed, as they must be if {@code TEST_PROXIES=required}. */
  public static boolean installed() {
    return "required".equals(System.getenv("TEST_PROXIES"))
        || Files.isExecutable(HAPROXY) && Files.isExecutable(NGINX);
  }

  /** Starts HAProxy in front of the nodes with these application ports. */
  public static ReverseProxy haproxy(int one, int other) {
    int port = FreePort.find();
    var command =
        List.of(
            "env",
            "CHAT_LISTEN=127.0.0.1:" + port,
            "CHAT_1=127.0.0.1:" + one,
            "CHAT_2=127.0.0.1:" + other,
            HAPROXY.toString(),
            "-db",
            "-f",
            Path.of("ops/haproxy.cfg").toAbsolutePath().toString());
    return started(GuardedProcess.start("HAProxy", "TERM", directory -> command), port);
  }

  /** Starts nginx in front of the nodes with these application ports. */
  public static ReverseProxy nginx(int one, int other) {
    int port = FreePort.find();
    var process =
        GuardedProcess.start("nginx", "TERM", directory -> nginx(directory, port, one, other));
    return started(process, port);
  }

  private static List<String> nginx(Path directory, int port, int one, int other)
      throws IOException {
    var site =
        Files.readString(Path.of("ops/nginx.conf"))
            .replace("chat-1:9000", "127.0.0.1:" + one)
            .replace("chat-2:9000", "127.0.0.1:" + other)
            .replace("listen 8080", "listen 127.0.0.1:" + port);
    Files.writeString(directory.resolve("site.conf"), site);
    var main = directory.resolve("nginx.conf");
    // Its paths are those of one process, in its own directory.
    Files.writeString(
        main,
        """
        daemon off;
        user %2$s;
        pid %1$s/nginx.pid;
        error_log %1$s/server.log;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          include %1$s/site.conf;
        }
        """
            .formatted(directory, System.getProperty("user.name")));
    return List.of(
        NGINX.toString(), "-e", directory.resolve("server.log").toString(), "-c", main.toString());
  }

  private static ReverseProxy started(GuardedProcess process, int port) {
    process.awaitStart(START, () -> accepts(port));
    return new ReverseProxy(process, port);
  }

  private static boolean accepts(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Returns the end of the proxy's log. */
  public String log() {
    return process.output();
  }

  @Override
  public void close() {
    process.close();
  }
}
