package dev.chatmultischema.http.connection;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;

/** The {@code http.connections} section: bounds of the connections of clients. */
public final class ConnectionsFactory {

  private static final int ADMIN_CONNECTIONS = 1_000;

  /** The connections to the application port; further ones wait until others are closed. */
  @Min(1)
  @JsonProperty
  private int max = 50_000;

  /** The connections from one network address; further ones are closed at once. */
  @Min(1)
  @JsonProperty
  private int maxPerAddress = 20_000;

  /** The time from the first byte of a request's head to its last, or the connection is closed. */
  @NotNull
  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  @JsonProperty
  private Duration headTimeout = Duration.seconds(20);

  /** Watches the connectors of both ports; must precede the start of the server. */
  public void watch(Server server) {
    for (var connector : server.getConnectors()) {
      if (connector instanceof AbstractConnector tcp) {
        watch(server, tcp);
      }
    }
  }

  private void watch(Server server, AbstractConnector connector) {
    int limit = "admin".equals(connector.getName()) ? ADMIN_CONNECTIONS : max;
    server.addBean(new NetworkConnectionLimit(limit, (Connector) connector));
    connector.addBean(new AddressLimit(maxPerAddress));
    var heads = new HeadTimeout(connector.getScheduler(), headTimeout.toJavaDuration());
    connector.addBean(heads);
    connector.addEventListener(heads);
  }
}
