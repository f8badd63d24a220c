package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Any number of event streams, read on one thread, which records the time of arrival of each
 * message by the number in its content ({@code "n":123}).
 */
final class Listeners implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final byte[] MARK = "\"n\":".getBytes(ISO_8859_1);
  private static final String OK = "HTTP/1.1 200";
  private static final int AT_ONCE = 100;

  private final InetSocketAddress server;
  private final byte[] request;
  private final Selector selector = Selector.open();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
  private final List<SocketChannel> channels = new ArrayList<>();

  // Only the reader writes these; its writes before a count are visible to readers of the count.
  private int[] numbers = {};
  private long[] times = {};
  private int arriving;
  private final AtomicInteger opened = new AtomicInteger();
  private volatile int arrived;
  private volatile IOException failure;
  private volatile boolean closed;

  /** The part of a message that has been read. */
  private static final class Progress {
    boolean open;
    int matched;
    int number;
  }

  /** The arrival of a message on one of the streams. */
  interface Arrival {
    /**
     * @param time as of {@link System#nanoTime}
     */
    void at(int number, long time);
  }

  /**
   * @param head the head of the request, without the empty line at its end
   */
  Listeners(int port, String head) throws IOException {
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    request = (head + "\r\n").getBytes(ISO_8859_1);
    var reader = new Thread(this::run, "listeners");
    reader.setDaemon(true);
    reader.start();
  }

  /** Opens further streams, and waits for all responses. */
  void open(int count) throws IOException {
    for (int i = 0; i < count; i += AT_ONCE) {
      for (int j = i; j < Math.min(count, i + AT_ONCE); j++) {
        connect();
      }
      selector.wakeup();
      await("streams").atMost(PATIENCE).until(() -> all(opened.get(), channels.size()));
    }
  }

  private void connect() throws IOException {
    var channel = SocketChannel.open();
    channels.add(channel);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.connect(server);
    channel.write(ByteBuffer.wrap(request));
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, new Progress());
  }

  private boolean all(int count, int expected) throws IOException {
    if (failure != null) {
      throw new IOException("a stream failed, %d of %d".formatted(count, expected), failure);
    }
    return count >= expected;
  }

  /** Clears the recorded arrivals, and prepares for a number of arrivals. */
  void expect(int count) {
    numbers = new int[count];
    times = new long[count];
    arriving = 0;
    arrived = 0;
    selector.wakeup();
  }

  /** Waits for the expected arrivals; returns the time of the last one. */
  long awaitAll() {
    await("arrivals")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> all(arrived, times.length));
    return times[times.length - 1];
  }

  void forEach(Arrival arrival) {
    for (int i = 0; i < arrived; i++) {
      arrival.at(numbers[i], times[i]);
    }
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::read);
        arrived = arriving;
      }
    } catch (IOException e) {
      failure = e;
    } catch (UncheckedIOException e) {
      failure = e.getCause();
    }
  }

  private void read(SelectionKey key) {
    var progress = (Progress) key.attachment();
    try {
      buffer.clear();
      if (((SocketChannel) key.channel()).read(buffer) < 0) {
        throw new EOFException("the server ended a stream");
      }
      buffer.flip();
      if (!progress.open) {
        open(progress);
      }
      scan(progress, System.nanoTime());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void open(Progress progress) throws IOException {
    var start = ISO_8859_1.decode(buffer.duplicate()).toString();
    if (!start.startsWith(OK)) {
      throw new IOException("no stream: " + start);
    }
    progress.open = true;
    opened.incrementAndGet();
  }

  private void scan(Progress progress, long now) {
    int matched = progress.matched;
    for (int i = 0; i < buffer.limit(); i++) {
      byte c = buffer.get(i);
      if (matched < MARK.length) {
        matched = c == MARK[matched] ? matched + 1 : c == MARK[0] ? 1 : 0;
      } else if (c >= '0' && c <= '9') {
        progress.number = progress.number * 10 + c - '0';
      } else {
        note(progress.number, now);
        progress.number = 0;
        matched = 0;
      }
    }
    progress.matched = matched;
  }

  private void note(int number, long now) {
    if (arriving == times.length) {
      throw new IllegalStateException("more arrived than were sent: %d again".formatted(number));
    }
    numbers[arriving] = number;
    times[arriving++] = now;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    selector.close();
    for (var channel : channels) {
      channel.close();
    }
  }
}
