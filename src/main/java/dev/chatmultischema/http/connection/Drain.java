package dev.chatmultischema.http.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.ShutdownThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delays the stop of the server on a signal, so that proxies send their requests elsewhere before.
 *
 * <p>At first the node reports that it is not ready, and serves as before, for proxies that check
 * readiness; each response ends its connection. Then it accepts no more connections, which tells
 * all others. When each connection that was just accepted has had its first request, the server
 * stops.
 */
public final class Drain extends AbstractLifeCycle {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  /** The least time for requests on connections that were just accepted. */
  private static final Duration LAST_REQUESTS = Duration.ofMillis(250);

  /** The greatest time for the first request of a connection, on a machine under load. */
  private static final Duration FIRST_REQUEST = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(20);

  private final Duration time;
  private final List<Listener> listeners = new ArrayList<>();
  private volatile boolean isDraining;

  /** A connector of the application port. */
  private static final class Listener implements LifeCycle.Listener {

    private final ServerConnector connector;
    private final HeadTimeout heads;
    private DrainableServerSocketChannel channel;

    Listener(ServerConnector connector, HeadTimeout heads) {
      this.connector = connector;
      this.heads = heads;
    }

    @Override
    public void lifeCycleStarting(LifeCycle starting) {
      try {
        connector.open();
        channel = new DrainableServerSocketChannel((ServerSocketChannel) connector.getTransport());
        connector.open(channel);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Drain(Duration time) {
    this.time = time;
  }

  public boolean isDraining() {
    return isDraining;
  }

  /** Returns the least time by which the stop is delayed; zero for none. */
  public Duration delay() {
    return time.isZero() ? Duration.ZERO : time.plus(LAST_REQUESTS);
  }

  /**
   * Lets a connector accept no connections at the end of the delay; must precede its start.
   *
   * @param heads knows the connections of the connector
   */
  void watch(ServerConnector connector, HeadTimeout heads) {
    if (!time.isZero()) {
      var listener = new Listener(connector, heads);
      connector.addEventListener(listener);
      listeners.add(listener);
    }
  }

  /**
   * Registers the delay for the time that the server runs. Without a delay, responses of a server
   * that stops end their connections too.
   */
  void watch(Server server) {
    server.insertHandler(new ClosingHandler(this));
    server.addEventListener(
        new LifeCycle.Listener() {
          @Override
          public void lifeCycleStarted(LifeCycle started) {
            if (!time.isZero()) {
              LifeCycle.start(Drain.this);
              // First, so that it ends before the server stops.
              ShutdownThread.register(0, Drain.this);
            }
          }

          @Override
          public void lifeCycleStopping(LifeCycle stopping) {
            isDraining = true;
          }

          @Override
          public void lifeCycleStopped(LifeCycle stopped) {
            ShutdownThread.deregister(Drain.this);
          }
        });
  }

  @Override
  protected void doStop() throws IOException, InterruptedException {
    isDraining = true;
    LOG.info("reporting not ready, and stopping in {}", time);
    Thread.sleep(time.toMillis());
    for (var listener : listeners) {
      if (!listener.channel.drain(FIRST_REQUEST)) {
        LOG.warn(
            "{}: accepts no connections; those that wait are lost", listener.connector.getName());
        listener.channel.close();
      }
    }
    Thread.sleep(LAST_REQUESTS.toMillis());
    long end = System.nanoTime() + FIRST_REQUEST.minus(LAST_REQUESTS).toNanos();
    while (awaitsRequest() && System.nanoTime() < end) {
      Thread.sleep(POLL.toMillis());
    }
  }

  private boolean awaitsRequest() {
    return listeners.stream()
        .anyMatch(listener -> listener.heads.awaitsFirstRequest(FIRST_REQUEST));
  }
}
