package dev.chatmultischema.logging;

import io.dropwizard.lifecycle.ServerLifecycleListener;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the addresses and ports of the service when it begins to accept connections. */
public final class ListeningLog implements ServerLifecycleListener {

  private static final Logger LOG = LoggerFactory.getLogger(ListeningLog.class);

  @Override
  public void serverStarted(Server server) {
    LOG.info(
        "listening on {}",
        Arrays.stream(server.getConnectors())
            .filter(ServerConnector.class::isInstance)
            .map(connector -> describe((ServerConnector) connector))
            .collect(Collectors.joining(", ")));
  }

  private static String describe(ServerConnector connector) {
    var host = connector.getHost() == null ? "0.0.0.0" : connector.getHost();
    var scheme =
        connector.getDefaultConnectionFactory().getProtocol().startsWith("SSL") ? "https" : "http";
    return String.format(
        Locale.ROOT,
        "%s%s://%s:%s",
        "admin".equals(connector.getName()) ? "admin " : "",
        scheme,
        host.contains(":") ? "[" + host + "]" : host,
        String.valueOf(connector.getLocalPort()));
  }
}
