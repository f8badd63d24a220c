package dev.chatmultischema.faults;

import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One of two nodes cannot reach the broker while the other one can. */
class LineFaultsIT {

  private static final Duration NOTICED_WITHIN = Duration.ofSeconds(30);
  private static final int SOME = 20;
  private static final int TENANTS = 4;

  private TcpProxy line;
  private ChatService near;
  private ChatService far;
  private ChatClient admin;
  private List<String> tenants;
  private Traffic traffic;

  @BeforeEach
  void start() throws Exception {
    var backends = Backends.shared();
    var database = backends.newDatabase();
    line = TcpProxy.to(backends.rabbitmqUrl());
    near = ChatService.on(backends).environment("DATABASE_URL", database).start();
    far =
        ChatService.on(backends)
            .environment("DATABASE_URL", database)
            .environment("RABBITMQ_URL", line.url(backends.rabbitmqUrl()))
            .start();
    admin = near.asAdmin();
    tenants = Stream.generate(this::createTenant).limit(TENANTS).toList();
    var senders = List.of(near.adminToken(), near.adminToken());
    traffic = Traffic.start(List.of(near.uri(), far.uri()), tenants, senders);
    traffic.awaitMore(SOME);
  }

  private String createTenant() {
    return admin.post("/tenants", Map.of("tenant_name", "L")).expect(201).text("/tenant_id");
  }

  @AfterEach
  void stop() {
    traffic.close();
    near.close();
    far.close();
    line.close();
  }

  private void assertRecovered() throws Exception {
    traffic.awaitMore(SOME);
    traffic.stop();
    traffic.assertAllStored(admin);
  }

  /**
   * The other node accepts the repeated requests; the first copies of their messages arrive later.
   */
  @Test
  void keepsOrderWhenCopiesArriveLate() throws Exception {
    var probe = far.as(near.adminToken()).tenant(createTenant());
    line.stall();
    probe.post("/messages", Map.of("content", Map.of())).expectProblem(503, "broker_unavailable");
    traffic.awaitMore(1);
    line.restore();
    assertRecovered();
  }

  @Test
  void takesOverFromANodeThatCannotReachTheBroker() throws Exception {
    line.cut();
    var heads = tenants.stream().map(tenant -> admin.tenant(tenant).head()).toList();
    for (int i = 0; i < TENANTS; i++) {
      var client = admin.tenant(tenants.get(i));
      long before = heads.get(i);
      await(tenants.get(i)).atMost(NOTICED_WITHIN).until(() -> client.head() > before + SOME);
    }
    if (Backends.shared().embedded()) {
      // The embedded broker may break the order of a sender when the node takes its queues back.
      traffic.stop();
    }
    line.restore();
    assertRecovered();
  }
}
