package dev.chatmultischema.bench;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;

/** Reads a live stream, and finds the number in each message's content ({@code "n":123}). */
final class Arrivals implements AutoCloseable {

  private static final byte[] MARK = {'"', 'n', '"', ':'};

  private final InputStream stream;
  private final IntConsumer arrival;
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile long count;

  // Only the reader uses these.
  private int matched;
  private int number;
  private long counted;

  /**
   * @param arrival is given the number of each message, on the reading thread
   */
  Arrivals(InputStream stream, IntConsumer arrival) {
    this.stream = stream;
    this.arrival = arrival;
    var reader = new Thread(this::read, "arrivals");
    reader.setDaemon(true);
    reader.start();
  }

  void awaitReady() throws InterruptedException {
    ready.await();
  }

  /** Waits until a number of messages have arrived since the start. */
  void awaitCount(long expected) {
    await("arrivals")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> count >= expected);
  }

  private void read() {
    var buffer = new byte[16 * 1024];
    try {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        ready.countDown();
        for (int i = 0; i < read; i++) {
          scan(buffer[i]);
        }
        count = counted;
      }
    } catch (IOException closed) {
      // The measurement is over.
      return;
    }
  }

  private void scan(byte c) {
    if (matched < MARK.length) {
      matched = c == MARK[matched] ? matched + 1 : c == MARK[0] ? 1 : 0;
    } else if (c >= '0' && c <= '9') {
      number = number * 10 + c - '0';
    } else {
      arrival.accept(number);
      counted++;
      number = 0;
      matched = 0;
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
