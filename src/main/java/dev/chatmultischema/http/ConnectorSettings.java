package dev.chatmultischema.http;

import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.Container;

/** Settings of connectors that Dropwizard has no keys for. */
final class ConnectorSettings {

  private static final int SOCKET_BYTES = 256 * 1024;

  private ConnectorSettings() {}

  static void apply(Connector connector) {
    // By default Linux buffers megabytes for a client that reads nothing (tcp_wmem).
    if (connector instanceof ServerConnector tcp) {
      tcp.setAcceptedSendBufferSize(SOCKET_BYTES);
    }
    for (var factory : connector.getConnectionFactories()) {
      // Dropwizard wraps the factory to count requests.
      if (factory instanceof Container wrapper) {
        wrapper
            .getBeans(HttpConfiguration.ConnectionFactory.class)
            .forEach(ConnectorSettings::configure);
      }
      if (factory instanceof HttpConfiguration.ConnectionFactory http) {
        configure(http);
      }
    }
  }

  private static void configure(HttpConfiguration.ConnectionFactory http) {
    var configuration = http.getHttpConfiguration();
    // Otherwise a connection takes a header for an earlier one that differs in the case of letters
    // only, and one bearer token for another.
    configuration.setHeaderCacheCaseSensitive(true);
    // RFC 9112, section 3.2.2: the host of an absolute target replaces a different Host.
    configuration.setHttpCompliance(
        configuration
            .getHttpCompliance()
            .with("AbsoluteTargets", HttpCompliance.Violation.MISMATCHED_AUTHORITY));
  }
}
