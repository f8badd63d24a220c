package dev.chatmultischema.http.connection;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.internal.HttpConnection;

/** Closes connections of a network address beyond a number, except of trusted proxies. */
final class AddressLimit implements Connection.Listener {

  private final ConcurrentHashMap<InetAddress, Integer> open = new ConcurrentHashMap<>();

  /** The addresses of open connections: a closed one has lost its own. */
  private final ConcurrentHashMap<Connection, InetAddress> addresses = new ConcurrentHashMap<>();

  private final int max;
  private final Predicate<InetAddress> trusted;

  AddressLimit(int max, Predicate<InetAddress> trusted) {
    this.max = max;
    this.trusted = trusted;
  }

  @Override
  public void onOpened(Connection connection) {
    // TLS has a connection of its own around that of HTTP.
    if (connection instanceof HttpConnection
        && connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress client
        && !trusted.test(client.getAddress())) {
      addresses.put(connection, client.getAddress());
      if (open.merge(client.getAddress(), 1, Integer::sum) > max) {
        connection.getEndPoint().close();
      }
    }
  }

  @Override
  public void onClosed(Connection connection) {
    var address = addresses.remove(connection);
    if (address != null) {
      open.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
  }
}
