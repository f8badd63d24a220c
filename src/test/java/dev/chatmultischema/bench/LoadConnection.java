package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/** A connection on which one fixed request is sent again and again, with one number changed. */
final class LoadConnection implements AutoCloseable {

  private static final String LENGTH = "\r\ncontent-length: ";
  private static final String CHUNKED = "\r\ntransfer-encoding: chunked";
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(ISO_8859_1);
  private static final byte[] LAST_CHUNK = "\r\n0\r\n\r\n".getBytes(ISO_8859_1);
  private static final int MAX_RESPONSE = 128 * 1024;

  private final SocketChannel channel = SocketChannel.open();
  private final LoadRequest request;
  private final ByteBuffer out;
  private final ByteBuffer in = ByteBuffer.allocateDirect(MAX_RESPONSE);

  private int number;
  private long started;

  LoadConnection(int port, LoadRequest request, Selector selector) throws IOException {
    this.request = request;
    out = ByteBuffer.allocateDirect(request.bytes().length).put(request.bytes());
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, this);
  }

  /**
   * Sends the request.
   *
   * @param started from which its latency counts, as of {@link System#nanoTime}
   */
  void send(int number, long started) throws IOException {
    this.number = number;
    this.started = started;
    request.putNumber(out, number);
    out.rewind();
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  /** Returns the number of the last request. */
  int number() {
    return number;
  }

  /** Returns the time from which the latency of the last request counts. */
  long started() {
    return started;
  }

  /** Reads what has arrived; returns whether the response is complete. */
  boolean receive() throws IOException {
    if (channel.read(in) < 0) {
      throw new EOFException("the server closed a connection");
    }
    int headEnd = headEnd();
    if (headEnd < 0 || !complete(headEnd)) {
      return false;
    }
    in.clear();
    return true;
  }

  private int headEnd() {
    for (int i = 0; i <= in.position() - HEAD_END.length; i++) {
      if (matches(HEAD_END, i)) {
        return i + HEAD_END.length;
      }
    }
    return -1;
  }

  private boolean matches(byte[] bytes, int at) {
    for (int i = 0; i < bytes.length; i++) {
      if (in.get(at + i) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean complete(int headEnd) throws IOException {
    var head = text(0, headEnd).toLowerCase(Locale.ROOT);
    int length = head.indexOf(LENGTH);
    boolean complete =
        length < 0
            ? !head.contains(CHUNKED) || matches(LAST_CHUNK, in.position() - LAST_CHUNK.length)
            : in.position() == headEnd + number(head, length + LENGTH.length());
    if (complete && !head.startsWith(request.expected())) {
      throw new IOException("answered " + text(0, in.position()));
    }
    return complete;
  }

  private static int number(String head, int from) {
    return Integer.parseInt(head, from, head.indexOf('\r', from), 10);
  }

  private String text(int from, int to) {
    var bytes = new byte[to - from];
    in.get(from, bytes);
    return new String(bytes, ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
