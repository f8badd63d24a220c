package dev.chatmultischema.stream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between a node and a server, and fails as networks and servers do. */
final class CutProxy implements AutoCloseable {

  private final URI target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private ServerSocket listener;
  private volatile boolean silent;

  CutProxy(URI target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.port = listener.getLocalPort();
    accept(listener);
  }

  String url() {
    return "redis://localhost:" + port;
  }

  /** Breaks every connection and refuses new ones. */
  void cut() throws IOException {
    listener.close();
    for (var socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  /** Takes connections again. */
  void mend() throws IOException {
    silent = false;
    if (listener.isClosed()) {
      listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      accept(listener);
    }
  }

  /** Keeps connections, and loses all that goes over them, until they are cut. */
  void goSilent() {
    silent = true;
  }

  private void accept(ServerSocket from) {
    start(
        () -> {
          try {
            while (true) {
              var client = from.accept();
              var server = new Socket(target.getHost(), target.getPort());
              sockets.add(client);
              sockets.add(server);
              start(() -> copy(client, server));
              start(() -> copy(server, client));
            }
          } catch (IOException e) {
            closeQuietly(from);
          }
        });
  }

  private void copy(Socket from, Socket to) {
    var buffer = new byte[16 * 1024];
    try {
      var in = from.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!silent) {
          to.getOutputStream().write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // Cut, here or by a peer: the other direction ends too.
    } finally {
      closeQuietly(from);
      closeQuietly(to);
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing a socket failed", e);
    }
  }

  private static void start(Runnable task) {
    var thread = new Thread(task, "cut-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    cut();
  }
}
