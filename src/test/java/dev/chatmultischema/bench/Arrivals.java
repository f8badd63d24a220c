package dev.chatmultischema.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Reads a live stream and records the time of arrival of each message, by the number in its content
 * ({@code "n":123}).
 */
final class Arrivals implements AutoCloseable {

  private static final byte[] MARK = {'"', 'n', '"', ':'};

  private final AtomicLongArray sentAt;
  private final Latencies latencies;
  private final Thread reader;
  private final InputStream stream;
  private final CountDownLatch ready = new CountDownLatch(1);

  Arrivals(InputStream stream, AtomicLongArray sentAt, Latencies latencies) {
    this.stream = stream;
    this.sentAt = sentAt;
    this.latencies = latencies;
    reader = new Thread(this::read, "arrivals");
    reader.setDaemon(true);
    reader.start();
  }

  void awaitReady() throws InterruptedException {
    ready.await();
  }

  private void read() {
    try {
      int matched = 0;
      for (int c = stream.read(); c >= 0; c = stream.read()) {
        ready.countDown();
        matched = c == MARK[matched] ? matched + 1 : c == MARK[0] ? 1 : 0;
        if (matched == MARK.length) {
          arrived(number());
          matched = 0;
        }
      }
    } catch (IOException closed) {
      // The measurement is over.
      return;
    }
  }

  private int number() throws IOException {
    int number = 0;
    for (int c = stream.read(); c >= '0' && c <= '9'; c = stream.read()) {
      number = number * 10 + c - '0';
    }
    return number;
  }

  private void arrived(int number) {
    long sent = sentAt.get(number);
    if (sent != 0) {
      latencies.add(System.nanoTime() - sent);
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
