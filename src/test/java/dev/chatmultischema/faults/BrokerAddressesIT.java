package dev.chatmultischema.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node with two addresses of the broker, of which one does not respond. */
class BrokerAddressesIT {

  /** A silent broker is noticed by heartbeats of a second, and by confirms that are missing. */
  private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(15);

  private TcpProxy one;
  private TcpProxy two;
  private ChatService chat;
  private ChatClient client;

  @BeforeEach
  void start() {
    var backends = Backends.shared();
    one = TcpProxy.to(backends.rabbitmqUrl());
    two = TcpProxy.to(backends.rabbitmqUrl());
    one.cut();
    var both =
        one.url(backends.rabbitmqUrl())
            .replaceFirst("(:\\d+/)", ":%d,127.0.0.1$1".formatted(port(two)));
    chat =
        ChatService.on(backends)
            .environment("RABBITMQ_URL", both)
            .setting("amqp.heartbeat", "1s")
            .setting("amqp.connectTimeout", "1s")
            .setting("amqp.confirmTimeout", "1s")
            .start();
    var admin = chat.asAdmin();
    var created =
        Answer.repeated(RECOVERED_WITHIN, () -> admin.post("/tenants", Map.of("tenant_name", "A")));
    client = admin.tenant(created.expect(201).text("/tenant_id"));
  }

  private static int port(TcpProxy proxy) {
    return URI.create(proxy.url(Backends.shared().rabbitmqUrl())).getPort();
  }

  @AfterEach
  void stop() {
    chat.close();
    one.close();
    two.close();
  }

  @Test
  void movesToTheAddressThatAcceptsConnections() {
    awaitAccepted();
    assertThat(one.connections()).isZero();
    one.restore();
    two.cut();
    awaitAccepted();
    assertThat(one.connections()).isPositive();
    awaitStored();
    one.cut();
    post().expectProblem(503, "broker_unavailable");
    assertThat(post().header("Retry-After")).isNotEmpty();
    two.restore();
    awaitAccepted();
    awaitStored();
  }

  @Test
  void movesAwayFromAnAddressThatStopsToRespond() {
    one.restore();
    two.stall();
    long stalled = System.nanoTime();
    awaitAccepted();
    awaitStored();
    System.out.printf(
        "Moved from a silent address in %d ms%n", (System.nanoTime() - stalled) / 1_000_000);
    assertThat(one.connections()).isPositive();
  }

  private Answer post() {
    var id = UUID.randomUUID();
    return client.post("/messages", Map.of("content", Map.of(), "message_id", id));
  }

  private void awaitAccepted() {
    await().atMost(RECOVERED_WITHIN).until(() -> post().status() == 202);
  }

  private void awaitStored() {
    long before = client.head();
    awaitAccepted();
    await().atMost(RECOVERED_WITHIN).until(() -> client.head() > before);
  }
}
