package dev.chatmultischema.http.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Server;
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
 * all others. After a last pause for requests on connections that were just accepted, the server
 * stops.
 */
public final class Drain extends AbstractLifeCycle {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  /** The time for the first request of a connection to arrive. */
  private static final Duration LAST_REQUESTS = Duration.ofMillis(250);

  private final Duration time;
  private final List<AbstractConnector> connectors = new ArrayList<>();
  private volatile boolean isDraining;

  Drain(Duration time) {
    this.time = time;
  }

  public boolean isDraining() {
    return isDraining;
  }

  /** Returns the time by which the stop is delayed; zero for none. */
  public Duration delay() {
    return time.isZero() ? Duration.ZERO : time.plus(LAST_REQUESTS);
  }

  /**
   * Registers the delay for the time that the server runs. Without a delay, responses of a server
   * that stops end their connections too.
   *
   * @param applicationConnectors those that accept no connections at the end
   */
  void watch(Server server, List<AbstractConnector> applicationConnectors) {
    connectors.addAll(applicationConnectors);
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
  protected void doStop() throws InterruptedException {
    isDraining = true;
    LOG.info("reporting not ready, and stopping in {}", time);
    Thread.sleep(time.toMillis());
    for (var connector : connectors) {
      // Open requests end while the server stops.
      CompletableFuture<Void> unused = connector.shutdown();
    }
    Thread.sleep(LAST_REQUESTS.toMillis());
  }
}
