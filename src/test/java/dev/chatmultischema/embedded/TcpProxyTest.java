package dev.chatmultischema.embedded;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private ServerSocket echo;
  private Future<?> serving;
  private TcpProxy proxy;

  @BeforeEach
  void startEcho() throws Exception {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    serving = executor.submit(this::serveEcho);
    proxy = TcpProxy.to("echo://127.0.0.1:" + echo.getLocalPort());
  }

  @AfterEach
  void close() throws Exception {
    proxy.close();
    echo.close();
    executor.shutdownNow();
  }

  @Test
  void rewritesOnlyHostAndPort() {
    var port = proxyPort();
    assertEquals(
        "postgres://u:p%40@127.0.0.1:%d/db?a=b".replace("%d", Integer.toString(port)),
        proxy.url("postgres://u:p%40@db.example:5432/db?a=b"));
    assertEquals("redis://127.0.0.1:" + port, proxy.url("redis://other:6379"));
    assertThrows(IllegalArgumentException.class, () -> TcpProxy.to("redis://no-port"));
  }

  @Test
  void forwardsBothWays() throws Exception {
    try (var first = connect();
        var second = connect()) {
      assertEquals(7, exchange(first, 7));
      assertEquals(8, exchange(second, 8));
      assertEquals(2, proxy.connections());
    }
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void endsAndRefusesConnectionsWhileCut() throws Exception {
    try (var before = connect()) {
      assertEquals(1, exchange(before, 1));

      proxy.cut();

      await().until(() -> isBroken(before));
      assertThrows(ConnectException.class, this::connect);
    }
    proxy.restore();
    try (var after = connect()) {
      assertEquals(2, exchange(after, 2));
    }
  }

  @Test
  void delaysBytesWhileStalled() throws Exception {
    try (var before = connect()) {
      assertEquals(1, exchange(before, 1));

      proxy.stall();

      try (var during = connect()) {
        assertSilent(before, 2);
        assertSilent(during, 3);
        proxy.restore();
        assertEquals(2, before.getInputStream().read());
        assertEquals(3, during.getInputStream().read());
      }
    }
  }

  @Test
  void canBeCutWhileStalled() throws Exception {
    try (var client = connect()) {
      assertEquals(1, exchange(client, 1));
      proxy.stall();
      assertSilent(client, 2);

      proxy.cut();

      await().until(() -> isBroken(client));
    }
    proxy.restore();
    try (var after = connect()) {
      assertEquals(4, exchange(after, 4));
    }
  }

  @Test
  void breaksEachConnectionAfterSomeBytesUntilItIsRestored() throws Exception {
    proxy.breakAfter(5);
    for (int connection = 1; connection <= 2; connection++) {
      try (var client = connect()) {
        client.getOutputStream().write(new byte[] {1, 2, 3});
        assertArrayEquals(new byte[] {1, 2, 3}, client.getInputStream().readNBytes(3));
        client.getOutputStream().write(new byte[] {4, 5, 6, 7});
        assertArrayEquals(new byte[] {4, 5}, client.getInputStream().readNBytes(2));
        await().until(() -> isBroken(client));
      }
    }
    proxy.restore();
    try (var client = connect()) {
      client.getOutputStream().write(new byte[6]);
      assertEquals(6, client.getInputStream().readNBytes(6).length);
    }
  }

  @Test
  void endsConnectionsWhoseServerIsDown() throws Exception {
    echo.close();
    // Until then it might still accept one.
    serving.get();
    try (var client = connect()) {
      await().until(() -> isBroken(client));
    }
  }

  private int proxyPort() {
    return URI.create(proxy.url("echo://x:1")).getPort();
  }

  private Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), proxyPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static int exchange(Socket socket, int value) throws IOException {
    socket.getOutputStream().write(value);
    return socket.getInputStream().read();
  }

  private static void assertSilent(Socket socket, int value) throws IOException {
    socket.setSoTimeout(100);
    assertThrows(SocketTimeoutException.class, () -> exchange(socket, value));
    socket.setSoTimeout(10_000);
  }

  private static boolean isBroken(Socket socket) throws IOException {
    socket.setSoTimeout(100);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private void serveEcho() {
    while (!echo.isClosed()) {
      try {
        var socket = echo.accept();
        executor.execute(() -> answer(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void answer(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The client has disconnected.
    }
  }
}
