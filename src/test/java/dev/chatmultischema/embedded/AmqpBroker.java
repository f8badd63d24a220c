package dev.chatmultischema.embedded;

import java.net.URL;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener;
import org.apache.qpid.server.model.AbstractConfigurationChangeListener;
import org.apache.qpid.server.model.AlternateBinding;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.ConfiguredObject;
import org.apache.qpid.server.model.Queue;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.port.AmqpPort;
import org.apache.qpid.server.protocol.v0_8.AMQChannel;
import org.apache.qpid.server.protocol.v0_8.AMQShortString;
import org.apache.qpid.server.protocol.v0_8.transport.BasicCancelBody;
import org.apache.qpid.server.queue.QueueConsumer;
import org.apache.qpid.server.util.urlstreamhandler.classpath.Handler;

/**
 * An AMQP 0-9-1 broker (Apache Qpid Broker-J) in this JVM, on a free loopback port, which keeps all
 * messages in memory.
 *
 * <p>Qpid ignores {@code x-message-ttl} and {@code x-dead-letter-exchange} of RabbitMQ, and does
 * not notify consumers of a deleted queue. This class adds both: a queue named {@code
 * chat_retry_<milliseconds>} gets equivalent attributes of Qpid when it is declared. Qpid looks for
 * expired messages five times a second, so a retry may arrive that much later than from RabbitMQ.
 *
 * <p>Other differences: a mandatory message that no queue takes is returned and refused (nack)
 * where RabbitMQ returns and confirms it; {@code basic.nack} with both {@code multiple} and {@code
 * requeue} requeues only the last message, and the others when the channel closes; the message
 * count of a queue includes delivered messages that are not acknowledged.
 */
public final class AmqpBroker implements AutoCloseable {

  private static final Pattern RETRY_QUEUE = Pattern.compile("chat_retry_(\\d+).*");
  private static final String TENANTS_EXCHANGE = "chat.tenants";

  static {
    // Only the system class loader finds the handler that Qpid registers.
    URL.setURLStreamHandlerFactory(protocol -> protocol.equals("classpath") ? new Handler() : null);
  }

  private final SystemLauncher launcher;
  private final int port;

  private AmqpBroker(SystemLauncher launcher, int port) {
    this.launcher = launcher;
    this.port = port;
  }

  /** Starts a broker; throws {@link IllegalStateException} with the cause if it cannot. */
  public static AmqpBroker start() {
    // Omits the log of every connection and queue.
    System.setProperty(SystemConfig.PROPERTY_STATUS_UPDATES, "false");
    var startup = new Startup();
    var launcher = new SystemLauncher(startup);
    try {
      launcher.startup(
          Map.of(
              SystemConfig.TYPE,
              "Memory",
              SystemConfig.INITIAL_CONFIGURATION_LOCATION,
              "classpath:dev/chatmultischema/embedded/broker.json",
              SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT,
              false,
              "preferenceStoreAttributes",
              Map.of("type", "Noop")));
      var broker = startup.broker();
      for (var node : broker.getVirtualHostNodes()) {
        node.getVirtualHost().addChangeListener(new RabbitBehaviour());
      }
      return new AmqpBroker(launcher, boundPort(broker));
    } catch (Exception e) {
      launcher.shutdown();
      throw new IllegalStateException("The embedded AMQP broker does not start", e);
    }
  }

  /** Returns the URL with user, password and no path, which means the virtual host {@code /}. */
  public String url() {
    return "amqp://guest:guest@127.0.0.1:%d/".formatted(port);
  }

  /** Closes all connections and drops all messages. */
  @Override
  public void close() {
    launcher.shutdown();
  }

  private static int boundPort(Broker<?> broker) {
    return broker.getPorts().stream()
        .mapToInt(port -> ((AmqpPort<?>) port).getBoundPort())
        .findFirst()
        .orElseThrow();
  }

  /** Qpid reports a failed start only to its listener. */
  private static final class Startup extends SystemLauncherListener.DefaultSystemLauncherListener {

    private final AtomicReference<SystemConfig<?>> system = new AtomicReference<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    @Override
    public void onContainerResolve(SystemConfig<?> systemConfig) {
      system.set(systemConfig);
    }

    @Override
    public void errorOnStartup(RuntimeException e) {
      failure.set(e);
    }

    Broker<?> broker() throws Exception {
      if (failure.get() != null) {
        throw failure.get();
      }
      return (Broker<?>) system.get().getContainer();
    }
  }

  /** Runs in the broker's configuration thread, before the client receives the response. */
  private static final class RabbitBehaviour extends AbstractConfigurationChangeListener {

    @Override
    public void childAdded(ConfiguredObject<?> host, ConfiguredObject<?> child) {
      var name = RETRY_QUEUE.matcher(child.getName());
      if (child instanceof Queue<?> && name.matches()) {
        child.setAttributes(
            Map.of(
                "maximumMessageTtl",
                Long.parseLong(name.group(1)),
                Queue.EXPIRY_POLICY,
                Queue.ExpiryPolicy.ROUTE_TO_ALTERNATE,
                Queue.ALTERNATE_BINDING,
                Map.of(AlternateBinding.DESTINATION, TENANTS_EXCHANGE)));
      }
    }

    @Override
    public void childRemoved(ConfiguredObject<?> host, ConfiguredObject<?> child) {
      if (child instanceof Queue<?> queue) {
        queue.getConsumers().stream()
            .map(QueueConsumer.class::cast)
            .forEach(RabbitBehaviour::cancel);
      }
    }

    private static void cancel(QueueConsumer<?, ?> consumer) {
      if (consumer.getSession() instanceof AMQChannel channel) {
        var cancel =
            new BasicCancelBody(AMQShortString.createAMQShortString(consumer.getLinkName()), true);
        // Fails only if the connection is closed, which needs no notification.
        var unused =
            channel.doOnIOThreadAsync(
                () ->
                    channel
                        .getConnection()
                        .writeFrame(cancel.generateFrame(channel.getChannelId())));
      }
    }
  }
}
