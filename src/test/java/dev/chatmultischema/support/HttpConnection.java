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
import java.util.Arrays;

/**
 * One persistent HTTP/1.1 connection, with little work for the client: on a small machine the
 * service lacks the processor time that the client uses.
 */
public final class HttpConnection implements AutoCloseable {

  private static final String LENGTH = "content-length:";
  private static final int MAX_LINE = 8 * 1024;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final byte[] line = new byte[MAX_LINE];
  private final String head;
  private boolean closing;

  /** A response. */
  public record Response(int status, byte[] body) {
    public String text() {
      return new String(body, UTF_8);
    }
  }

  public HttpConnection(int port, String headers) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress("127.0.0.1", port), 3_000);
    socket.setSoTimeout(60_000);
    in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
    head = " HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: ";
  }

  public Response request(String method, String path, byte[] body) throws IOException {
    send(method, path, body);
    int status = Integer.parseInt(line().substring(9, 12));
    int length = 0;
    boolean chunked = false;
    for (var header = line(); !header.isEmpty(); header = line()) {
      if (header.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
        length = Integer.parseInt(header.substring(LENGTH.length()).trim());
      }
      closing |= header.equalsIgnoreCase("connection: close");
      chunked |= header.equalsIgnoreCase("transfer-encoding: chunked");
    }
    return new Response(status, chunked ? chunks() : exactly(length));
  }

  /** Returns whether the peer ends this connection after the last response. */
  public boolean isClosing() {
    return closing;
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    for (int length = chunk(); length > 0; length = chunk()) {
      body.writeBytes(exactly(length));
      line();
    }
    line();
    return body.toByteArray();
  }

  private int chunk() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  private byte[] exactly(int length) throws IOException {
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("connection closed within an answer");
    }
    return bytes;
  }

  /** Sends a request whose response never ends, and returns its body. */
  public InputStream stream(String path) throws IOException {
    send("GET", path, new byte[0]);
    var status = line();
    if (!status.contains(" 200 ")) {
      throw new IOException(path + " answered " + status);
    }
    while (!line().isEmpty()) {
      // Skips the head.
    }
    return in;
  }

  private void send(String method, String path, byte[] body) throws IOException {
    var start = (method + ' ' + path + head + body.length + "\r\n\r\n").getBytes(ISO_8859_1);
    var request = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, request, start.length, body.length);
    socket.getOutputStream().write(request);
  }

  private String line() throws IOException {
    int length = 0;
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("connection closed within a head");
      }
      if (c != '\r') {
        line[length++] = (byte) c;
      }
    }
    return new String(line, 0, length, ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
