package dev.chatmultischema.stream.delivery;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/**
 * A connection that carries one stream and nothing else, after the head of its response was sent.
 *
 * <p>This class uses Jetty's upgrade of a connection to another protocol, which WebSocket uses too:
 * the request and its response are released, and bytes are written to the socket without chunks. So
 * an idle stream holds little memory. For that reason it depends on Jetty's classes of connections;
 * the servlet API stays outside.
 *
 * <p>No method blocks. One thread at a time may write.
 */
public final class StreamConnection extends AbstractConnection implements Connection.UpgradeTo {

  /** The kernel would buffer megabytes for a client that reads nothing (Linux: tcp_wmem). */
  private static final int SEND_BUFFER_BYTES = 256 * 1024;

  /** Is notified of events of the connection, on threads that must not be blocked. */
  interface Listener {

    /** Reports that the connection can be written to from now on. */
    void onOpened();

    /** Reports that the bytes of a blocked write have been sent. */
    void onUnblocked();

    /** Reports that the client closed the connection, or that it broke. */
    void onBroken(Throwable cause);
  }

  private Listener listener;
  private Callback written;
  private Callback readable;
  private boolean isBlocked;
  private long blockedSince;

  private StreamConnection(EndPoint endPoint, Executor executor) {
    super(endPoint, executor);
  }

  /** Returns a stream's connection in place of the HTTP connection of a request. */
  public static StreamConnection of(Request request) throws IOException {
    var metadata = request.getConnectionMetaData();
    var endPoint = metadata.getConnection().getEndPoint();
    if (endPoint.getTransport() instanceof SocketChannel channel) {
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
    }
    return new StreamConnection(endPoint, metadata.getConnector().getExecutor());
  }

  /**
   * Makes Jetty upgrade the connection once the request completes. The head of its response must
   * have been sent.
   */
  void upgrade(Request request, Listener newListener) {
    listener = newListener;
    written = Callback.from(InvocationType.NON_BLOCKING, listener::onUnblocked, listener::onBroken);
    readable = Callback.from(InvocationType.NON_BLOCKING, this::read, listener::onBroken);
    Request.unWrap(request).setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, this);
    Request.addCompletionListener(
        request,
        failure -> {
          if (failure != null) {
            listener.onBroken(failure);
          }
        });
  }

  /** Ignores bytes that the client sent after its request. */
  @Override
  public void onUpgradeTo(ByteBuffer more) {}

  @Override
  public void onOpen() {
    super.onOpen();
    // A stream without events is not idle: SlowConsumerPolicy limits the time of a stall.
    getEndPoint().setIdleTimeout(0);
    listener.onOpened();
    fillInterested(readable);
  }

  /**
   * Detects that the client closes its side. Other bytes are dropped, and reading ends with them:
   * the end of a client that sends bytes is detected by the next write.
   */
  private void read() {
    try {
      int filled = getEndPoint().fill(BufferUtil.allocate(1));
      if (filled < 0) {
        listener.onBroken(new EOFException("the client closed the connection"));
      } else if (filled == 0) {
        fillInterested(readable);
      }
    } catch (IOException e) {
      listener.onBroken(e);
    }
  }

  @Override
  public void onFillable() {
    read();
  }

  @Override
  public void onClose(Throwable cause) {
    super.onClose(cause);
    listener.onBroken(cause);
  }

  /** Returns whether bytes of the last write still wait for the client to read. */
  boolean isBlocked() {
    return isBlocked;
  }

  /** Returns the time for which a blocked client has read nothing, in nanoseconds. */
  long blockedNanos(long now) {
    return now - blockedSince;
  }

  /** Ends the blocked state after {@link Listener#onUnblocked}; for the thread that writes. */
  void unblock() {
    isBlocked = false;
  }

  /** Writes bytes, which must never change afterwards; must not be called while blocked. */
  void write(ByteBuffer bytes) throws IOException {
    if (!getEndPoint().flush(bytes)) {
      isBlocked = true;
      blockedSince = System.nanoTime();
      getEndPoint().write(written, bytes);
    }
  }

  /** Closes the connection, after a best effort to send last bytes unless it is blocked. */
  void close(ByteBuffer lastBytes) throws IOException {
    try {
      if (lastBytes.hasRemaining() && !isBlocked) {
        getEndPoint().flush(lastBytes);
      }
    } finally {
      close();
    }
  }

  @Override
  public String toConnectionString() {
    return isBlocked
        ? String.format(
            Locale.ROOT,
            "blocked for %d ms",
            TimeUnit.NANOSECONDS.toMillis(blockedNanos(System.nanoTime())))
        : "not blocked";
  }
}
