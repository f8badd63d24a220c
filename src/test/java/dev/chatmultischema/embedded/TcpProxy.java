package dev.chatmultischema.embedded;

import com.google.common.util.concurrent.Uninterruptibles;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * A proxy in front of a server, on a fixed loopback port, which simulates failures of the network:
 * {@link #cut} is a server that is down, {@link #stall} a silent one, {@link #breakAfter} one whose
 * responses are incomplete.
 */
public final class TcpProxy implements AutoCloseable {

  private static final int CONNECT_MILLIS = 5000;
  private static final int BUFFER_BYTES = 64 << 10;

  private final InetSocketAddress target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Object state = new Object();
  private ServerSocket listener;
  private Thread acceptor;
  private boolean stalled;
  private boolean closed;
  private volatile long breakAfter = Long.MAX_VALUE;

  private TcpProxy(InetSocketAddress target) {
    this.target = target;
    port = FreePort.find();
    listener = listen();
  }

  /** Starts a proxy to the host and port of a URL; the port must be in it. */
  public static TcpProxy to(String url) {
    var uri = URI.create(url);
    if (uri.getHost() == null || uri.getPort() < 0) {
      throw new IllegalArgumentException("No host and port in the URL to put a proxy before");
    }
    return new TcpProxy(new InetSocketAddress(uri.getHost(), uri.getPort()));
  }

  /** Returns the URL with this proxy's host and port in place of its own. */
  public String url(String original) {
    var uri = URI.create(original);
    var user = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo() + "@";
    var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return "%s://%s127.0.0.1:%d%s%s"
        .formatted(uri.getScheme(), user, port, uri.getRawPath(), query);
  }

  /** Ends all connections and refuses new ones, until {@link #restore}. */
  public void cut() {
    synchronized (state) {
      close(listener);
      // The port is free only after the last accept has ended.
      Uninterruptibles.joinUninterruptibly(acceptor);
    }
    sockets.removeIf(
        socket -> {
          close(socket);
          return true;
        });
  }

  /**
   * Forwards no byte in either direction, until {@link #restore}. Connections stay open, and new
   * ones are accepted; bytes sent meanwhile arrive afterwards.
   */
  public void stall() {
    synchronized (state) {
      stalled = true;
    }
  }

  /**
   * Ends each connection as soon as its client has received this many bytes, until {@link
   * #restore}; so a response breaks at the same place at any speed.
   */
  public void breakAfter(long bytes) {
    breakAfter = bytes;
  }

  /** Forwards again, on the remaining connections and on new ones. */
  public void restore() {
    breakAfter = Long.MAX_VALUE;
    synchronized (state) {
      stalled = false;
      state.notifyAll();
      if (listener.isClosed() && !closed) {
        listener = listen();
      }
    }
  }

  /** Returns the number of open connections from clients. */
  public int connections() {
    return (int) sockets.stream().filter(socket -> socket.getLocalPort() == port).count();
  }

  @Override
  public void close() {
    synchronized (state) {
      closed = true;
      state.notifyAll();
    }
    cut();
  }

  private ServerSocket listen() {
    try {
      var socket = new ServerSocket();
      // Recently closed connections must not prevent the reuse of the port.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      acceptor = inBackground("accept", () -> acceptFrom(socket));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException("No proxy to %s on port %d".formatted(target, port), e);
    }
  }

  private void acceptFrom(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        var client = from.accept();
        track(client, from);
        inBackground("connect", () -> join(client, from));
      } catch (IOException e) {
        // The proxy was cut, or a connection broke before it was accepted: nothing to forward.
      }
    }
  }

  private void join(Socket client, ServerSocket from) {
    var server = new Socket();
    try {
      awaitFlow();
      server.connect(target, CONNECT_MILLIS);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      track(server, from);
    } catch (IOException e) {
      // The server is down: the client sees a connection that ends at once.
      drop(client, server);
      return;
    }
    inBackground("up", () -> forward(client, server, () -> Long.MAX_VALUE));
    inBackground("down", () -> forward(server, client, () -> breakAfter));
  }

  private void forward(Socket from, Socket to, LongSupplier most) {
    var buffer = new byte[BUFFER_BYTES];
    long total = 0;
    try {
      int count = 0;
      while (count >= 0 && total < most.getAsLong()) {
        count = from.getInputStream().read(buffer);
        awaitFlow();
        int allowed = (int) Math.max(0, Math.min(count, most.getAsLong() - total));
        to.getOutputStream().write(buffer, 0, allowed);
        total += allowed;
      }
    } catch (IOException e) {
      // One side has disconnected, so the other one is disconnected too.
    }
    drop(from, to);
  }

  /** Registers a socket, unless its connection has been cut since it was accepted. */
  private void track(Socket socket, ServerSocket from) {
    sockets.add(socket);
    if (from.isClosed()) {
      drop(socket, socket);
    }
  }

  private void drop(Socket one, Socket other) {
    close(one);
    close(other);
    sockets.remove(one);
    sockets.remove(other);
  }

  private void awaitFlow() throws IOException {
    synchronized (state) {
      while (stalled && !closed) {
        try {
          state.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
      }
    }
  }

  @CanIgnoreReturnValue
  private Thread inBackground(String purpose, Runnable task) {
    var thread = new Thread(task, "proxy-%d-%s".formatted(port, purpose));
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException("A socket does not close", e);
    }
  }
}
