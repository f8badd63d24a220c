package dev.chatmultischema.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A connection on which a test sends any bytes, at any rate. */
public final class RawConnection implements AutoCloseable {

  private final Socket socket = new Socket();
  private final InputStream in;

  /** A response; a body that ends early is an {@link EOFException}. */
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public String text() {
      return new String(body, UTF_8);
    }
  }

  public RawConnection(URI server) throws IOException {
    this(server, 64 * 1024);
  }

  /**
   * @param receiveBytes the size of the receive buffer of the kernel
   */
  public RawConnection(URI server, int receiveBytes) throws IOException {
    socket.setReceiveBufferSize(receiveBytes);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 10_000);
    socket.setSoTimeout(30_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Sends text as ISO 8859-1. */
  public RawConnection send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  public RawConnection send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Returns whether there are unread bytes. */
  public boolean answered() throws IOException {
    return in.available() > 0;
  }

  /** Reads a response to a request other than HEAD; of a stream, its head. */
  public Answer read() throws IOException {
    return read(true);
  }

  /** Reads a response, which has no body if it is one to HEAD. */
  public Answer read(boolean hasBody) throws IOException {
    int status = Integer.parseInt(line().substring(9, 12));
    if (status == 100) {
      line();
      return read(hasBody);
    }
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (var header = line(); !header.isEmpty(); header = line()) {
      var parts = header.split(":", 2);
      headers.merge(parts[0], parts[1].trim(), (first, second) -> first + ", " + second);
    }
    return new Answer(status, headers, hasBody ? body(status, headers) : new byte[0]);
  }

  /** Reads lines of a stream until one has the beginning, and returns all of them. */
  public List<String> until(String beginning) throws IOException {
    var lines = new ArrayList<String>();
    do {
      lines.add(line());
    } while (!lines.get(lines.size() - 1).startsWith(beginning));
    return lines;
  }

  private byte[] body(int status, Map<String, String> headers) throws IOException {
    boolean endless = headers.getOrDefault("Content-Type", "").startsWith("text/event-stream");
    if (status == 204 || status == 304 || endless) {
      return new byte[0];
    }
    if (headers.getOrDefault("Transfer-Encoding", "").toLowerCase(Locale.ROOT).equals("chunked")) {
      var body = new ByteArrayOutputStream();
      for (int size = chunk(); size > 0; size = chunk()) {
        body.writeBytes(exactly(size));
        line();
      }
      line();
      return body.toByteArray();
    }
    return headers.containsKey("Content-Length")
        ? exactly(Integer.parseInt(headers.get("Content-Length")))
        : in.readAllBytes();
  }

  private int chunk() throws IOException {
    return Integer.parseInt(line().trim(), 16);
  }

  private byte[] exactly(int length) throws IOException {
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the connection ended after %d of %d".formatted(bytes.length, length));
    }
    return bytes;
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection ended");
      }
      line.write(next);
    }
    return line.toString(UTF_8).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
