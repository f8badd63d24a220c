package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import dev.chatmultischema.concurrency.DaemonThreads;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
public final class RabbitEndpoint {

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
  private final List<Address> addresses;
  private final ExecutorService callbacks = consumerCallbacks();

  public RabbitEndpoint(RabbitUrl url, Duration heartbeat, Duration connectTimeout) {
    this.url = url;
    this.addresses =
        url.addresses().stream()
            .map(address -> new Address(address.host(), address.port()))
            .toList();
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
   * Opens a connection to the first node that can be reached, in random order: so the connections
   * spread over the nodes, also those of nodes of this service that restart.
   *
   * @param name the name that the broker shows for it
   * @throws IOException if no node can be reached, or the last one refuses
   * @throws TimeoutException if the last node does not respond in time
   */
  Connection open(String name) throws IOException, TimeoutException {
    var nodes = new ArrayList<>(addresses);
    Collections.shuffle(nodes);
    return factory.newConnection(callbacks, nodes, name);
  }

  /** Returns the URL without the password. */
  @Override
  public String toString() {
    return url.toString();
  }
}
