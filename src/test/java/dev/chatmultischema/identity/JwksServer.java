package dev.chatmultischema.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.chatmultischema.support.TokenIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** Serves a JWKS document on the loopback address, in any state that a server may be in. */
final class JwksServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Response response;

  /** Answers a request. */
  interface Response {
    void send(HttpExchange exchange) throws Exception;
  }

  JwksServer(TokenIssuer... issuers) throws IOException {
    this(HttpServer.create(address(0), 0), "http", issuers);
  }

  /** Starts a server with TLS on a port, or on a free one for 0. */
  static JwksServer overTls(SSLContext context, int port, TokenIssuer... issuers)
      throws IOException {
    var server = HttpsServer.create(address(port), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new JwksServer(server, "https", issuers);
  }

  private JwksServer(HttpServer server, String scheme, TokenIssuer... issuers) throws IOException {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          try (exchange) {
            response.send(exchange);
          } catch (Exception e) {
            // The client has gone, as some tests want it to.
          }
        });
    serve(issuers);
    server.start();
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  String url() {
    return scheme + "://localhost:" + server.getAddress().getPort() + "/jwks.json";
  }

  int port() {
    return server.getAddress().getPort();
  }

  int requests() {
    return requests.get();
  }

  /** Serves the keys of these issuers from now on. */
  void serve(TokenIssuer... issuers) throws IOException {
    var keys = Stream.of(issuers).map(TokenIssuer::jwk).toList();
    serve(JSON.writeValueAsBytes(Map.of("keys", keys)));
  }

  void serve(byte[] body) {
    respond(
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
        });
  }

  void fail(int status) {
    respond(exchange -> exchange.sendResponseHeaders(status, -1));
  }

  void redirectTo(String location) {
    respond(
        exchange -> {
          exchange.getResponseHeaders().put("Location", List.of(location));
          exchange.sendResponseHeaders(302, -1);
        });
  }

  /** Accepts requests and answers none. */
  void hang() {
    respond(exchange -> closed.await());
  }

  /** Sends a byte from time to time, and so never stays silent. */
  void drip() {
    respond(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          while (!closed.await(50, TimeUnit.MILLISECONDS)) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
          }
        });
  }

  private void respond(Response next) {
    response = next;
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
