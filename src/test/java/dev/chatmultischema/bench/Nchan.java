package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.embedded.GuardedProcess;
import dev.chatmultischema.support.HttpConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * nchan, the publish and subscribe module of nginx, with one worker for each processor and its
 * channels in Redis, as several nodes need it.
 */
final class Nchan implements StreamServer {

  private static final Duration START = Duration.ofSeconds(10);
  private static final Path NGINX = Path.of("/usr/sbin/nginx");
  private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");

  private static final String CONFIGURATION =
      """
      load_module %1$s;
      daemon off;
      worker_processes %2$d;
      worker_rlimit_nofile 20000;
      pid %3$s/pid;
      error_log %3$s/error.log warn;
      events {
        worker_connections 16384;
      }
      http {
        access_log off;
        keepalive_requests 1000000;
        client_body_temp_path %3$s/body;
        proxy_temp_path %3$s/proxy;
        fastcgi_temp_path %3$s/fastcgi;
        uwsgi_temp_path %3$s/uwsgi;
        scgi_temp_path %3$s/scgi;
        upstream redis {
          nchan_redis_server %4$s;
        }
        server {
          listen 127.0.0.1:%5$d backlog=4096;
          location = /publish {
            nchan_publisher;
            nchan_channel_id bench;
            nchan_redis_pass redis;
            nchan_message_buffer_length 5000;
            nchan_message_timeout 10m;
          }
          location = /subscribe {
            nchan_subscriber eventsource;
            nchan_channel_id bench;
            nchan_redis_pass redis;
            nchan_subscriber_first_message newest;
          }
        }
      }
      """;

  private final GuardedProcess process;
  private final int port;

  private Nchan(GuardedProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts nchan on a free port; if it is not installed, prints a hint and returns empty. */
  static Optional<Nchan> start(String redis) {
    if (!Files.isExecutable(NGINX) || !Files.exists(MODULE)) {
      System.out.println("Without nchan, which is not here: ops/servers install-nchan");
      return Optional.empty();
    }
    int port = FreePort.find();
    var process =
        GuardedProcess.start("nchan", "TERM", directory -> command(directory, port, redis));
    var nchan = new Nchan(process, port);
    process.awaitStart(START, nchan::acceptsMessages);
    return Optional.of(nchan);
  }

  private static List<String> command(Path directory, int port, String redis) throws IOException {
    var file = directory.resolve("nginx.conf");
    int workers = Runtime.getRuntime().availableProcessors();
    Files.writeString(file, CONFIGURATION.formatted(MODULE, workers, directory, redis, port));
    return List.of(NGINX.toString(), "-p", directory.toString(), "-c", file.toString());
  }

  private boolean acceptsMessages() {
    try (var publisher = connect()) {
      return publisher.request("POST", "/publish", event(0)).status() / 100 == 2;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public HttpConnection connect() throws IOException {
    return new HttpConnection(port, "");
  }

  /** Returns an event of the same form and size as those of the service. */
  private static byte[] event(int number) {
    var content = Posts.message(number);
    return ("{\"message_id\":\"01934f6e-0000-7000-8000-000000000000\",\"seq\":%d,"
            + "\"sender_id\":\"01934f6e-0000-7000-8000-000000000000\",%s,"
            + "\"created_at\":\"2026-01-01T00:00:00.000Z\"}")
        .formatted(number, content.substring(1, content.length() - 1))
        .getBytes(UTF_8);
  }

  @Override
  public void post(HttpConnection publisher, int number) throws IOException {
    var answer = publisher.request("POST", "/publish", event(number));
    if (answer.status() / 100 != 2) {
      throw new IOException("nchan answered " + answer.status() + ": " + answer.text());
    }
  }

  @Override
  public Listeners listen() throws IOException {
    return new Listeners(
        port, "GET /subscribe HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n");
  }

  @Override
  public ProcessFigures figures() throws IOException {
    var sum = ProcessFigures.of(process.pid());
    for (var worker : ProcessHandle.of(process.pid()).orElseThrow().children().toList()) {
      sum = sum.plus(ProcessFigures.of(worker.pid()));
    }
    return sum;
  }

  @Override
  public void close() {
    process.close();
  }
}
