package dev.chatmultischema.http.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DrainableServerSocketChannelTest {

  private static final int QUEUED = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<Socket> clients = new ArrayList<>();
  private DrainableServerSocketChannel channel;
  private int port;

  @BeforeEach
  void listen() throws Exception {
    var listening = ServerSocketChannel.open();
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2 * QUEUED);
    channel = new DrainableServerSocketChannel(listening);
    port = channel.socket().getLocalPort();
  }

  @AfterEach
  void close() throws Exception {
    for (var client : clients) {
      client.close();
    }
    channel.close();
  }

  @Test
  void acceptsTheQueuedConnectionsAndThenRefuses() throws Exception {
    for (int i = 0; i < QUEUED; i++) {
      clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
    }
    var drained = CompletableFuture.supplyAsync(() -> drain(PATIENCE));
    for (var client : clients) {
      try (var accepted = channel.accept()) {
        assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalSocketAddress());
      }
    }
    assertThatThrownBy(channel::accept).isInstanceOf(AsynchronousCloseException.class);
    assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(channel.isOpen()).isFalse();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void endsAWaitingAccept() throws Exception {
    var accepting = CompletableFuture.supplyAsync(this::acceptFailure);
    assertThat(drain(PATIENCE)).isTrue();
    assertThat(accepting.get(30, TimeUnit.SECONDS)).isInstanceOf(AsynchronousCloseException.class);
  }

  @Test
  void closesAtAnInterrupt() throws Exception {
    var failure = new CompletableFuture<Exception>();
    var acceptor = new Thread(() -> failure.complete(acceptFailure()));
    acceptor.start();
    acceptor.interrupt();
    assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(AsynchronousCloseException.class);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void staysOpenWhileNobodyAccepts() {
    assertThat(drain(Duration.ofMillis(1))).isFalse();
    assertThat(channel.isOpen()).isTrue();
  }

  private Exception acceptFailure() {
    try {
      channel.accept();
      return null;
    } catch (Exception e) {
      return e;
    }
  }

  private boolean drain(Duration patience) {
    try {
      return channel.drain(patience);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
