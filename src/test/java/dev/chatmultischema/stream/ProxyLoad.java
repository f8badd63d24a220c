package dev.chatmultischema.stream;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.support.HttpConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that post and read in turns, each on a persistent connection to a proxy. */
final class ProxyLoad implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SOME = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> clients = new ArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger repeated = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final String lines;
  private final int attempts;
  private volatile boolean enough;

  /**
   * @param headers the authorization and the tenant
   * @param attempts the number of times that a client sends a request which fails
   */
  ProxyLoad(Map<String, String> headers, int attempts) {
    var text = new StringBuilder("Content-Type: application/json\r\n");
    headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
    this.lines = text.toString();
    this.attempts = attempts;
  }

  /** Starts a client of the proxy with this port. */
  void start(int port) {
    clients.add(threads.submit(() -> run(port)));
  }

  /** Waits until more messages were accepted, or a client has ended after a failure. */
  void awaitMore() {
    int wanted = accepted.get() + SOME;
    await("more messages")
        .atMost(PATIENCE)
        .until(() -> accepted.get() >= wanted || clients.stream().anyMatch(Future::isDone));
  }

  /** Ends all clients after their running requests; returns the number of accepted messages. */
  int stop() throws Exception {
    enough = true;
    for (var client : clients) {
      client.get();
    }
    return accepted.get();
  }

  /** Returns each request that failed with its last attempt. */
  Queue<String> failures() {
    return failures;
  }

  /** Returns the number of attempts that failed and were repeated. */
  int repeated() {
    return repeated.get();
  }

  private void run(int port) {
    while (!enough) {
      try (var connection = new HttpConnection(port, lines)) {
        while (!enough && !connection.isClosing()) {
          if (!post(connection, port) || !connection.isClosing() && !read(connection, port)) {
            break;
          }
        }
      } catch (IOException e) {
        failures.add(port + " " + e);
        return;
      }
    }
  }

  private boolean post(HttpConnection connection, int port) throws IOException {
    var message =
        Map.of("message_id", UUID.randomUUID().toString(), "content", Map.of("text", "hello"));
    int sent = send(connection, port, "POST", "/messages", JSON.writeValueAsBytes(message), 202);
    if (sent > 0) {
      accepted.incrementAndGet();
    }
    return sent == 1;
  }

  private boolean read(HttpConnection connection, int port) throws IOException {
    return send(connection, port, "GET", "/messages?limit=1", new byte[0], 200) == 1;
  }

  /**
   * Sends a request, and again on connections of their own while it fails; returns the number of
   * attempts, or 0 if the last one failed too.
   */
  private int send(
      HttpConnection connection, int port, String method, String path, byte[] body, int expected)
      throws IOException {
    var failure = attempt(connection, method, path, body, expected);
    int sent = 1;
    for (; sent < attempts && !failure.isEmpty(); sent++) {
      repeated.incrementAndGet();
      try (var another = new HttpConnection(port, lines)) {
        failure = attempt(another, method, path, body, expected);
      }
    }
    if (failure.isEmpty()) {
      return sent;
    }
    failures.add(port + " " + method + " " + failure);
    return 0;
  }

  /** Returns a description of the failure, or an empty text. */
  private static String attempt(
      HttpConnection connection, String method, String path, byte[] body, int expected) {
    try {
      var answer = connection.request(method, path, body);
      return answer.status() == expected ? "" : answer.status() + " " + answer.text();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    enough = true;
    threads.shutdownNow();
  }
}
