package dev.chatmultischema.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between a node and a server, and fails as networks and servers do. */
public final class CutProxy implements AutoCloseable {

  private final URI target;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;
  private volatile boolean silent;

  /**
   * @param url of the server
   */
  public CutProxy(String url) throws IOException {
    this.target = URI.create(url);
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** The server's URL, by way of this. */
  public String url() {
    return target
        .toString()
        .replace(target.getHost() + ":" + target.getPort(), "localhost:" + listener.getLocalPort());
  }

  /** Breaks every connection, and those made from now on. */
  public void cut() {
    cut = true;
    sockets.forEach(CutProxy::closeQuietly);
    sockets.clear();
  }

  /** Takes connections again. */
  public void mend() {
    silent = false;
    cut = false;
  }

  /** Keeps connections, and loses all that goes over them, until they are cut. */
  public void goSilent() {
    silent = true;
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        var client = listener.accept();
        if (cut) {
          client.close();
        } else {
          var server = new Socket(target.getHost(), target.getPort());
          sockets.add(client);
          sockets.add(server);
          start(() -> copy(client, server));
          start(() -> copy(server, client));
        }
      }
    } catch (IOException e) {
      closeQuietly(listener);
    }
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
    listener.close();
    cut();
  }
}
