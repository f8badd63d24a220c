package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import dev.chatmultischema.concurrency.DaemonThreads;
import dev.chatmultischema.url.HostPort;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections that do not recover by themselves; a {@link SupervisedConnection} opens new
 * ones after a loss.
 *
 * <p>The client's automatic recovery is off: it may restart a cancelled consumer, and acks and
 * confirms across a recovery can be lost silently.
 */
public final class RabbitEndpoint implements BrokerSession.Connector {

  private static final Logger LOG = LoggerFactory.getLogger(RabbitEndpoint.class);
  private static final Duration RPC_TIMEOUT = Duration.ofSeconds(10);

  /**
   * The largest body that any broker accepts (RabbitMQ: max_message_size). With a smaller limit
   * here, a larger message would close the connection of many tenants at each redelivery, and could
   * never be dead-lettered.
   */
  private static final int MAX_BODY_BYTES = 512 * 1024 * 1024;

  private final RabbitUrl url;
  private final ConnectionFactory factory = new FilteringConnectionFactory();
  private final BrokerNodes nodes;
  private final Map<Connection, HostPort> nodesOfOpen = new ConcurrentHashMap<>();
  private final ExecutorService callbacks = consumerCallbacks();

  public RabbitEndpoint(RabbitUrl url, Duration heartbeat, Duration connectTimeout) {
    this.url = url;
    this.nodes = new BrokerNodes(url.addresses());
    factory.setUsername(url.user());
    factory.setPassword(url.password());
    factory.setVirtualHost(url.vhost());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setRequestedHeartbeat((int) heartbeat.toSeconds());
    factory.setConnectionTimeout((int) connectTimeout.toMillis());
    factory.setHandshakeTimeout((int) connectTimeout.toMillis() * 2);
    factory.setChannelRpcTimeout((int) RPC_TIMEOUT.toMillis());
    factory.setShutdownTimeout(1_000);
    factory.setMaxInboundMessageBodySize(MAX_BODY_BYTES);
    factory.setExceptionHandler(new ConnectionErrors());
    factory.setThreadFactory(DaemonThreads.named("rabbitmq"));
    if (url.tls()) {
      useTls(factory);
    }
  }

  /** Leaves it to {@link SupervisedConnection} to log a loss, where the client would log it too. */
  private static final class ConnectionErrors extends ForgivingExceptionHandler {
    @Override
    public void handleUnexpectedConnectionDriverException(Connection connection, Throwable error) {
      LOG.debug("{} ended", connection, error);
    }
  }

  /** Verifies certificate and host name; by default, the client trusts any certificate. */
  private static void useTls(ConnectionFactory factory) {
    try {
      factory.useSslProtocol(SSLContext.getDefault());
      factory.enableHostnameVerification();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS for amqps", e);
    }
  }

  /**
   * Returns the executor of all consumers' callbacks. Its idle threads end, so that it needs no
   * shutdown: the client still uses it while connections close.
   */
  private static ExecutorService consumerCallbacks() {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    return DaemonThreads.pool("rabbitmq-dispatch-%d", threads, Integer.MAX_VALUE);
  }

  /**
   * Opens a connection to the first node that accepts it, in the order of {@link BrokerNodes}. Each
   * node has the timeouts of connecting and of the handshake.
   *
   * @param name the name that the broker shows for it
   * @throws IOException if no node can be reached, or they refuse
   * @throws TimeoutException if the only node does not respond in time
   */
  @Override
  public Connection open(String name) throws IOException, TimeoutException {
    var order = nodes.inOrder();
    if (order.size() == 1) {
      return open(order.get(0), name);
    }
    var reasons = new ArrayList<String>();
    var failures = new ArrayList<Exception>();
    for (var node : order) {
      try {
        var connection = open(node, name);
        LOG.info("connection {} is open to node {} of RabbitMQ", name, node);
        return connection;
      } catch (IOException | TimeoutException e) {
        reasons.add(node + ": " + ReplyCodes.reason(e));
        failures.add(e);
      }
    }
    var failure = new IOException(String.join("; ", reasons));
    failures.forEach(failure::addSuppressed);
    throw failure;
  }

  private Connection open(HostPort node, String name) throws IOException, TimeoutException {
    try {
      var address = List.of(new Address(node.host(), node.port()));
      var connection = factory.newConnection(callbacks, address, name);
      nodes.succeeded(node);
      nodesOfOpen.put(connection, node);
      connection.addShutdownListener(
          signal -> {
            nodesOfOpen.remove(connection);
            if (!signal.isInitiatedByApplication()) {
              nodes.failed(node);
            }
          });
      return connection;
    } catch (IOException | TimeoutException e) {
      nodes.failed(node);
      throw e;
    }
  }

  @Override
  public void avoid(Connection connection) {
    Optional.ofNullable(nodesOfOpen.get(connection)).ifPresent(nodes::failed);
  }

  /** Returns the URL without the password. */
  @Override
  public String toString() {
    return url.toString();
  }
}
