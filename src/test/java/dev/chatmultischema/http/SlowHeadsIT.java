package dev.chatmultischema.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RawConnection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send the head of a request byte by byte, or open many connections. */
@ChatTest(settings = {"http.connections.headTimeout=2s", "http.connections.maxPerAddress=20"})
@Tag("once")
class SlowHeadsIT {

  private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @Started private static ChatService chat;

  @ParameterizedTest
  @ValueSource(strings = {"GET /health HTTP/1.1\r\nHost: localhost\r\nX-", "GET /", "\r\n"})
  void closesTheConnectionOfASlowHead(String start) throws IOException {
    for (var server : List.of(chat.uri(), chat.adminUri())) {
      try (var connection = new RawConnection(server).send(start)) {
        awaitClose(connection, start.equals("\r\n") ? "\r\n" : "x");
      }
      answers(server);
    }
  }

  @Test
  void closesTheConnectionOfASlowSecondHead() throws IOException {
    try (var connection = new RawConnection(chat.uri()).send(HEALTH)) {
      assertThat(connection.read().status()).isEqualTo(200);
      connection.send("GET /health HTTP/1.1\r\nX-");
      awaitClose(connection, "x");
    }
  }

  @Test
  void keepsConnectionsThatSendNothingOrWholeRequests() throws IOException {
    try (var idle = new RawConnection(chat.uri());
        var busy = new RawConnection(chat.uri())) {
      long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
      while (System.nanoTime() < end) {
        assertThat(busy.send(HEALTH).read().status()).isEqualTo(200);
      }
      assertThat(idle.send(HEALTH).read().status()).isEqualTo(200);
    }
  }

  @Test
  void closesConnectionsOfAnAddressBeyondTheLimit() throws IOException {
    var open = new ArrayList<RawConnection>();
    try {
      for (int i = 0; i < 20; i++) {
        // The clients of other tests keep some connections.
        open.add(new RawConnection(chat.uri()));
      }
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 20; i++) {
                  open.add(new RawConnection(chat.uri()));
                  open.get(open.size() - 1).send(HEALTH).read();
                }
              })
          .isInstanceOf(IOException.class);
      answers(chat.adminUri());
    } finally {
      for (var connection : open) {
        connection.close();
      }
    }
    await()
        .ignoreExceptions()
        .until(
            () -> {
              answers(chat.uri());
              return true;
            });
  }

  private static void answers(URI server) throws IOException {
    var path = server.equals(chat.uri()) ? "/health" : "/health-check?type=alive";
    try (var connection = new RawConnection(server)) {
      connection.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(connection.read().status()).isEqualTo(200);
    }
  }

  /** Sends a byte each 100 ms until the connection is closed, within some timeouts of a head. */
  private static void awaitClose(RawConnection connection, String more) {
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              try {
                connection.send(more);
                return false;
              } catch (IOException closed) {
                return true;
              }
            });
  }
}
