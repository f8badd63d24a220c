package dev.chatmultischema.http.connection;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The {@code http.connections} section: bounds of the connections of clients. */
public final class ConnectionsFactory {

  private static final int ADMIN_CONNECTIONS = 1_000;

  /** The connections to the application port; further ones wait until others are closed. */
  @Min(1)
  @JsonProperty
  private int max = 50_000;

  /**
   * The connections from one network address; further ones are closed at once. A trusted proxy has
   * no limit.
   */
  @Min(1)
  @JsonProperty
  private int maxPerAddress = 20_000;

  /** The time from the first byte of a request's head to its last, or the connection is closed. */
  @NotNull
  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  @JsonProperty
  private Duration headTimeout = Duration.seconds(20);

  /**
   * The time from a signal until the server stops, for proxies to notice that it is not ready; up
   * to 5 min.
   */
  @NotNull
  @MinDuration(value = 0, unit = TimeUnit.SECONDS)
  @MaxDuration(value = 5, unit = TimeUnit.MINUTES)
  @JsonProperty
  private Duration drainTime = Duration.seconds(0);

  private Drain drain;

  /** Returns the delay of the stop on a signal, the same object for each call. */
  public Drain drain() {
    if (drain == null) {
      drain = new Drain(drainTime.toJavaDuration());
    }
    return drain;
  }

  /**
   * Watches the connectors of both ports; must precede the start of the server.
   *
   * @param trusted the addresses of proxies, which have no limit of their own
   */
  public void watch(Server server, Predicate<InetAddress> trusted) {
    for (var connector : server.getConnectors()) {
      if (connector instanceof AbstractConnector tcp) {
        var heads = watch(server, tcp, trusted);
        if (!isAdmin(tcp) && tcp instanceof ServerConnector application) {
          drain().watch(application, heads);
        }
      }
    }
    drain().watch(server);
  }

  private static boolean isAdmin(Connector connector) {
    return "admin".equals(connector.getName());
  }

  private HeadTimeout watch(
      Server server, AbstractConnector connector, Predicate<InetAddress> trusted) {
    int limit = isAdmin(connector) ? ADMIN_CONNECTIONS : max;
    server.addBean(new NetworkConnectionLimit(limit, (Connector) connector));
    connector.addBean(new AddressLimit(maxPerAddress, trusted));
    var heads = new HeadTimeout(connector.getScheduler(), headTimeout.toJavaDuration());
    connector.addBean(heads);
    connector.addEventListener(heads);
    return heads;
  }
}
