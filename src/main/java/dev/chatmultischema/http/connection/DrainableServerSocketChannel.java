package dev.chatmultischema.http.connection;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A listening socket that can be closed without the loss of a connection.
 *
 * <p>The kernel completes connections before they are accepted, so clients may have sent requests
 * on those that are still queued when the socket is closed; all of these are reset. The thread that
 * accepts from this channel closes it at a moment when the queue is empty.
 */
final class DrainableServerSocketChannel extends ServerSocketChannel {

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Queue<SocketChannel> last = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ServerSocketChannel listening;
  private final Selector selector;
  private volatile boolean isDraining;

  /**
   * @param listening a bound channel, which this one owns
   */
  DrainableServerSocketChannel(ServerSocketChannel listening) throws IOException {
    super(listening.provider());
    this.listening = listening;
    this.selector = listening.provider().openSelector();
    listening.configureBlocking(false);
    listening.register(selector, SelectionKey.OP_ACCEPT);
  }

  /**
   * Lets {@link #accept} close this channel as soon as no connection is queued, and waits for it.
   *
   * @return whether it was closed in this time; if not, nobody accepts
   */
  boolean drain(Duration patience) throws InterruptedException {
    isDraining = true;
    selector.wakeup();
    return closed.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public synchronized SocketChannel accept() throws IOException {
    while (!isDraining) {
      var accepted = listening.accept();
      if (accepted != null) {
        return accepted;
      }
      if (Thread.currentThread().isInterrupted()) {
        close();
      }
      awaitConnection();
    }
    if (listening.isOpen()) {
      acceptLast();
    }
    var accepted = last.poll();
    if (accepted == null) {
      close();
      throw new AsynchronousCloseException();
    }
    return accepted;
  }

  private void awaitConnection() throws IOException {
    try {
      selector.select();
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException e) {
      var closing = new AsynchronousCloseException();
      closing.initCause(e);
      throw closing;
    }
  }

  private void acceptLast() throws IOException {
    // A registered channel does not close at once.
    selector.close();
    // Most clients wait for a response before they open the next connection.
    LockSupport.parkNanos(PAUSE.toNanos());
    // Nothing else is between the last connection and the end: what comes then is lost.
    for (var next = listening.accept(); next != null; next = listening.accept()) {
      last.add(next);
    }
    listening.close();
  }

  @Override
  protected void implCloseSelectableChannel() throws IOException {
    try (selector) {
      listening.close();
    } finally {
      closed.countDown();
    }
  }

  @Override
  protected void implConfigureBlocking(boolean block) {
    if (!block) {
      throw new UnsupportedOperationException("only accepts in blocking mode");
    }
  }

  @Override
  public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
    listening.bind(local, backlog);
    return this;
  }

  @Override
  public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
    listening.setOption(name, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> name) throws IOException {
    return listening.getOption(name);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return listening.supportedOptions();
  }

  @Override
  public ServerSocket socket() {
    return listening.socket();
  }

  @Override
  public SocketAddress getLocalAddress() throws IOException {
    return listening.getLocalAddress();
  }
}
