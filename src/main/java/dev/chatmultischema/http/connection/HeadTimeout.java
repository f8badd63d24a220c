package dev.chatmultischema.http.connection;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections whose client sends the head of a request too slowly. The connector's idle
 * timeout begins anew with each byte, so a client that sends one byte in each would hold its
 * connection for hours.
 */
final class HeadTimeout implements Connection.Listener, LifeCycle.Listener {

  /** The time from the opening to the end of the first head, with the handshake of TLS. */
  private static final Duration FIRST_HEAD = Duration.ofMinutes(1);

  private final ConcurrentHashMap<HttpConnection, Head> heads = new ConcurrentHashMap<>();
  private final Scheduler scheduler;
  private final long timeoutNanos;
  private final long intervalNanos;

  /**
   * A head that is being received; accessed only by {@link #sweep}, of which one runs at a time.
   */
  private static final class Head {
    private final long opened = System.nanoTime();
    private long messages;
    private long bytes;
    private long begun;
    private boolean isBegun;
  }

  HeadTimeout(Scheduler scheduler, Duration timeout) {
    this.scheduler = scheduler;
    this.timeoutNanos = timeout.toNanos();
    this.intervalNanos = Math.min(timeoutNanos / 4, TimeUnit.SECONDS.toNanos(5));
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof HttpConnection http) {
      heads.put(http, new Head());
    }
  }

  @Override
  public void onClosed(Connection connection) {
    if (connection instanceof HttpConnection http) {
      heads.remove(http);
    }
  }

  @Override
  public void lifeCycleStarted(LifeCycle connector) {
    schedule();
  }

  /** Returns whether a connection that was opened in this time has sent no request yet. */
  boolean awaitsFirstRequest(Duration time) {
    long now = System.nanoTime();
    return heads.entrySet().stream()
        .anyMatch(
            entry ->
                now - entry.getValue().opened < time.toNanos()
                    && entry.getKey().getMessagesIn() == 0);
  }

  private void schedule() {
    // After the connector has stopped, its scheduler drops this.
    var unused = scheduler.schedule(this::sweep, intervalNanos, TimeUnit.NANOSECONDS);
  }

  private void sweep() {
    try {
      long now = System.nanoTime();
      heads.forEach(
          (connection, head) -> {
            if (isLate(connection, head, now)) {
              connection.getEndPoint().close();
            }
          });
    } finally {
      schedule();
    }
  }

  private boolean isLate(HttpConnection connection, Head head, long now) {
    var parser = connection.getParser();
    long messages = connection.getMessagesIn();
    long bytes = connection.getBytesIn();
    boolean same = messages == head.messages;
    // Empty lines may precede a request, and do not change the state of the parser.
    boolean receives =
        parser.inHeaderState() && (!parser.isStart() || (same && bytes != head.bytes));
    if (!receives || !same || !head.isBegun) {
      head.isBegun = receives;
      head.begun = now;
    }
    head.messages = messages;
    head.bytes = bytes;
    return (head.isBegun && now - head.begun > timeoutNanos)
        || (messages == 0 && parser.inHeaderState() && now - head.opened > FIRST_HEAD.toNanos());
  }
}
