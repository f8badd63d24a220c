package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import dev.chatmultischema.concurrency.DaemonThreads;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections that die rather than recover.
 *
 * <p>The client's automatic recovery is off: it may bring back a cancelled consumer, and acks and
 * confirms across it can silently be lost. Whoever opens a connection here watches over it.
 */
public final class RabbitEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(RabbitEndpoint.class);
  private static final Duration RPC_TIMEOUT = Duration.ofSeconds(10);

  /**
   * What no broker lets through (RabbitMQ: max_message_size). With less, a message between the two
   * would break the connection of many tenants, again and again, and never be a dead letter.
   */
  private static final int MAX_BODY_BYTES = 512 * 1024 * 1024;

  private final RabbitUrl url;
  private final ConnectionFactory factory = new FilteringConnectionFactory();

  public RabbitEndpoint(RabbitUrl url, Duration heartbeat, Duration connectTimeout) {
    this.url = url;
    factory.setHost(url.address().host());
    factory.setPort(url.address().port());
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

  /** Who watches a connection logs its end, with what it knows; the client needs not. */
  private static final class ConnectionErrors extends ForgivingExceptionHandler {
    @Override
    public void handleUnexpectedConnectionDriverException(Connection connection, Throwable error) {
      LOG.debug("{} ended", connection, error);
    }
  }

  /** The client by itself would trust any certificate. */
  private static void useTls(ConnectionFactory factory) {
    try {
      factory.useSslProtocol(SSLContext.getDefault());
      factory.enableHostnameVerification();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS for amqps", e);
    }
  }

  /**
   * An executor for consumers' calls. Its threads end by themselves when there is nothing to do:
   * the client still needs them while its connections close.
   */
  public static ExecutorService dispatcher(String name, int threads) {
    var executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            DaemonThreads.named(name + "-%d"));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /**
   * Opens a connection whose consumers are called on the given executor.
   *
   * @throws IOException if the broker cannot be reached or refuses
   * @throws TimeoutException if it does not answer in time
   */
  public Connection open(String name, ExecutorService executor)
      throws IOException, TimeoutException {
    return factory.newConnection(executor, name);
  }

  @Override
  public String toString() {
    return url.toString();
  }
}
