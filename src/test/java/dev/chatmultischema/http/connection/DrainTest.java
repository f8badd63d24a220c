package dev.chatmultischema.http.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.jackson.Jackson;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Clients that open a connection for each request see a server drain and stop. */
class DrainTest {

  private static final int CLIENTS = 16;
  private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII);
  private static final ObjectMapper MAPPER = Jackson.newObjectMapper();

  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Server server = new Server();
  private ServerConnector connector;
  private Drain drain;

  @BeforeEach
  void start() throws Exception {
    // Several acceptors, as on a machine with more processors.
    connector = new ServerConnector(server, 2, 1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    // As in Dropwizard: it refuses requests that come after the drain.
    server.setHandler(new GracefulHandler(new Hello()));
    server.setStopTimeout(10_000);
    var connections = MAPPER.readValue("{\"drainTime\": \"200ms\"}", ConnectionsFactory.class);
    connections.watch(server, address -> true);
    drain = connections.drain();
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @RepeatedTest(5)
  void failsNoRequest() throws Exception {
    int port = connector.getLocalPort();
    var threads = Executors.newFixedThreadPool(CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
      threads.execute(() -> run(port));
    }
    LifeCycle.stop(drain);
    server.stop();
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(failures).isEmpty();
  }

  @Test
  void awaitsTheFirstRequestOfEachConnection() throws Exception {
    try (var socket = connect(connector.getLocalPort())) {
      var drained = CompletableFuture.runAsync(() -> LifeCycle.stop(drain));
      await().until(() -> !connector.isOpen());
      socket.getOutputStream().write(REQUEST);
      drained.get(30, TimeUnit.SECONDS);
      server.stop();
      assertThat(read(socket)).startsWith("HTTP/1.1 200").contains("Connection: close");
    }
  }

  @Test
  void endsWhenNothingIsAccepted() throws Exception {
    connector.setAccepting(false);
    var waiting = new ArrayDeque<Socket>();
    try {
      // Each acceptor accepts at most one more.
      for (int i = 0; i <= connector.getAcceptors(); i++) {
        waiting.add(connect(connector.getLocalPort()));
      }
      LifeCycle.stop(drain);
      assertThat(connector.isOpen()).isFalse();
      assertThatThrownBy(() -> read(waiting.getLast())).isInstanceOf(SocketException.class);
    } finally {
      for (var socket : waiting) {
        socket.close();
      }
    }
  }

  /** Sends requests until the connection is refused. */
  private void run(int port) {
    while (true) {
      try {
        var response = request(port);
        if (!response.startsWith("HTTP/1.1 200")) {
          failures.add(response);
        }
      } catch (ConnectException refused) {
        return;
      } catch (IOException e) {
        failures.add(e.toString());
      }
    }
  }

  private static String request(int port) throws IOException {
    try (var socket = connect(port)) {
      socket.getOutputStream().write(REQUEST);
      socket.shutdownOutput();
      return read(socket);
    }
  }

  private static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static String read(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), US_ASCII);
  }

  private static final class Hello extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      response.write(true, ByteBuffer.wrap("hello".getBytes(US_ASCII)), callback);
      return true;
    }
  }
}
