package dev.chatmultischema.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends a request on many connections from one thread, which needs a small share of the processor
 * time that the service needs.
 */
final class Load implements AutoCloseable {

  static final int CONNECTIONS = 32;

  private static final long PATIENCE_MILLIS = 60_000;
  private static final long SHORTEST_WAIT = TimeUnit.MICROSECONDS.toNanos(100);

  private final Selector selector = Selector.open();
  private final List<LoadConnection> connections = new ArrayList<>();
  private int sent;

  Load(int port, LoadRequest request, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      connections.add(new LoadConnection(port, request, selector));
    }
  }

  /** Takes note of what is sent and answered, on the thread of the load. */
  interface Observer {

    Observer NONE = (number, started, now) -> {};

    /**
     * @param started the time of sending, or at which it was due, as of {@link System#nanoTime}
     */
    void answered(int number, long started, long now);

    default void sending(int number, long started) {}
  }

  /**
   * Sends on each connection as soon as it is free, until the time is over; returns the number of
   * requests after all are answered.
   */
  int run(long nanos, Observer observer) throws IOException {
    int before = sent;
    long end = System.nanoTime() + nanos;
    for (var connection : connections) {
      send(connection, System.nanoTime(), observer);
    }
    int open = connections.size();
    while (open > 0) {
      if (selector.select(PATIENCE_MILLIS) == 0) {
        throw new IOException("no response, %d open".formatted(open));
      }
      for (var connection : answered(observer)) {
        long now = System.nanoTime();
        if (now < end) {
          send(connection, now, observer);
        } else {
          open--;
        }
      }
    }
    return sent - before;
  }

  /**
   * Sends at fixed times, each on a free connection, and waits for all responses. A request for
   * which no connection is free is sent late, and its latency counts from the time it was due.
   * Returns the number of requests.
   */
  int runAt(double perSecond, long nanos, Observer observer) throws IOException {
    var free = new ArrayDeque<>(connections);
    double period = 1e9 / perSecond;
    int count = (int) (nanos / period);
    long start = System.nanoTime();
    for (int i = 0; i < count || free.size() < connections.size(); ) {
      long due = i < count ? start + (long) (i * period) : Long.MAX_VALUE;
      long now = System.nanoTime();
      if (now - start > nanos + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
        throw new IOException("%d of %d sent".formatted(i, count));
      }
      if (due <= now && !free.isEmpty()) {
        send(free.poll(), due, observer);
        i++;
      } else if (selector.selectNow() > 0) {
        free.addAll(answered(observer));
      } else {
        LockSupport.parkNanos(Math.min(SHORTEST_WAIT, Math.max(1, due - now)));
      }
    }
    return count;
  }

  private void send(LoadConnection connection, long started, Observer observer) throws IOException {
    int number = sent++;
    observer.sending(number, started);
    connection.send(number, started);
  }

  /** Reads what has arrived, and returns the connections that have their whole response. */
  private List<LoadConnection> answered(Observer observer) throws IOException {
    var answered = new ArrayList<LoadConnection>();
    for (SelectionKey key : selector.selectedKeys()) {
      var connection = (LoadConnection) key.attachment();
      if (connection.receive()) {
        observer.answered(connection.number(), connection.started(), System.nanoTime());
        answered.add(connection);
      }
    }
    selector.selectedKeys().clear();
    return answered;
  }

  @Override
  public void close() throws IOException {
    for (var connection : connections) {
      connection.close();
    }
    selector.close();
  }
}
