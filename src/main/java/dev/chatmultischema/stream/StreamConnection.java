package dev.chatmultischema.stream;

import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/**
 * A connection that carries a stream and nothing else, from the moment at which the head of its
 * response was sent.
 *
 * <p>Jetty hands it over as it does to another protocol, so that nothing of the request stays in
 * memory, and what is written goes to the socket as it is. Nothing is ever waited for, and one
 * thread at a time may write.
 */
final class StreamConnection extends AbstractConnection implements Connection.UpgradeTo {

  /**
   * The kernel would take megabytes for a client that reads nothing by itself (Linux: tcp_wmem).
   */
  private static final int SOCKET_BYTES = 256 * 1024;

  /** Who writes to it. It is told on threads that must not be blocked. */
  interface Owner {

    /** From now on it may be written to. */
    void opened();

    /** What the client could not take at once has gone. */
    void unblocked();

    /** The client has gone, or cannot be reached. */
    void broken(Throwable cause);
  }

  private Owner owner;
  private Callback written;
  private Callback readable;
  private boolean blocked;
  private long blockedSince;

  private StreamConnection(EndPoint endPoint, Executor executor) {
    super(endPoint, executor);
  }

  /** For the connection on which a request came. */
  static StreamConnection of(HttpServletRequest request) throws IOException {
    var metadata = ServletContextRequest.getServletContextRequest(request).getConnectionMetaData();
    var endPoint = metadata.getConnection().getEndPoint();
    if (endPoint.getTransport() instanceof SocketChannel channel) {
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BYTES);
    }
    return new StreamConnection(endPoint, metadata.getConnector().getExecutor());
  }

  /**
   * Has the container hand the connection over once it is done with the request, whose response
   * must have begun.
   */
  void takeOver(HttpServletRequest servletRequest, Owner newOwner) {
    owner = newOwner;
    written = Callback.from(InvocationType.NON_BLOCKING, owner::unblocked, owner::broken);
    readable = Callback.from(InvocationType.NON_BLOCKING, this::read, owner::broken);
    var request = ServletContextRequest.getServletContextRequest(servletRequest);
    Request.unWrap(request).setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, this);
    Request.addCompletionListener(
        request,
        failure -> {
          if (failure != null) {
            owner.broken(failure);
          }
        });
  }

  /** What came behind the request is not listened to. */
  @Override
  public void onUpgradeTo(ByteBuffer more) {}

  @Override
  public void onOpen() {
    super.onOpen();
    // A quiet stream is no idle connection: its owner knows how long it may take nothing.
    getEndPoint().setIdleTimeout(0);
    owner.opened();
    fillInterested(readable);
  }

  /**
   * A client has nothing more to say; that it closes its side is the only news. One that goes on
   * talking is not listened to any more, and missed once it takes nothing.
   */
  private void read() {
    try {
      int filled = getEndPoint().fill(BufferUtil.allocate(1));
      if (filled < 0) {
        owner.broken(new EOFException("the client closed the connection"));
      } else if (filled == 0) {
        fillInterested(readable);
      }
    } catch (IOException e) {
      owner.broken(e);
    }
  }

  @Override
  public void onFillable() {
    read();
  }

  @Override
  public void onClose(Throwable cause) {
    super.onClose(cause);
    owner.broken(cause);
  }

  /** Whether the client has not taken yet what was written before. */
  boolean blocked() {
    return blocked;
  }

  /** How long a blocked client has taken nothing, in nanoseconds. */
  long blockedFor(long now) {
    return now - blockedSince;
  }

  /** To be called for {@link Owner#unblocked}, by the thread that writes. */
  void unblock() {
    blocked = false;
  }

  /** Writes what must never change afterwards; not while {@link #blocked}. */
  void write(ByteBuffer bytes) throws IOException {
    if (!getEndPoint().flush(bytes)) {
      blocked = true;
      blockedSince = System.nanoTime();
      getEndPoint().write(written, bytes);
    }
  }

  /** Closes it, after a last piece if the client has taken all that was written before. */
  void end(ByteBuffer farewell) throws IOException {
    try {
      if (farewell.hasRemaining() && !blocked) {
        getEndPoint().flush(farewell);
      }
    } finally {
      close();
    }
  }

  @Override
  public String toConnectionString() {
    return blocked
        ? String.format(
            Locale.ROOT,
            "blocked for %d ms",
            TimeUnit.NANOSECONDS.toMillis(blockedFor(System.nanoTime())))
        : "not blocked";
  }
}
