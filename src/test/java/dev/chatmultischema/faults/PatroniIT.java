package dev.chatmultischema.faults;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.Patroni;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.Traffic;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Patroni makes another member the primary under the load of two nodes, whose URL names all
 * members: nothing that was accepted is lost, stored twice or out of order, and live readers see
 * all of it.
 */
@Tag("nightly")
@EnabledIfEnvironmentVariable(
    named = "TEST_PATRONI",
    matches = "required",
    disabledReason = "takes minutes, and needs ops/servers install-patroni")
class PatroniIT {

  private static final int TENANTS = Integer.getInteger("cluster.tenants", 8);

  @Test
  void losesNothingWhenPatroniChangesThePrimary() throws Exception {
    try (var patroni = Patroni.start();
        var backends = Backends.given(Map.of("TEST_DATABASE_URL", patroni.url()))) {
      var database = backends.newDatabase();
      try (var one = start(database);
          var two = start(database)) {
        losesNothing(patroni, one, two);
      }
    }
  }

  private static ChatService start(String database) {
    return ChatService.on(Backends.shared()).environment("DATABASE_URL", database).start();
  }

  private static void losesNothing(Patroni patroni, ChatService one, ChatService two)
      throws Exception {
    var admin = one.asAdmin();
    var nodes = List.of(one.uri(), two.uri());
    var token = one.adminToken();
    var tenants = createTenants(admin);
    try (var readers = new Readers(nodes, tenants, token);
        var traffic = Traffic.start(nodes, tenants, List.of(token, one.adminToken()))) {
      traffic.awaitMore(10);
      recover("switchover", readers, traffic, patroni::switchOver);
      patroni.awaitStandby();
      traffic.awaitMore(10);
      recover("primary killed with its Patroni", readers, traffic, patroni::killLeader);
      patroni.restart();
      traffic.awaitMore(10);
      traffic.stop();
      traffic.assertAllStored(admin);
      readers.assertSawAll(admin);
    }
  }

  private static List<String> createTenants(ChatClient admin) {
    return IntStream.range(0, TENANTS)
        .mapToObj(i -> admin.post("/tenants", Map.of("tenant_name", "P")).expect(201))
        .map(created -> created.text("/tenant_id"))
        .toList();
  }

  private static void recover(String what, Readers readers, Traffic traffic, Traffic.Action fault)
      throws Exception {
    long started = System.nanoTime();
    fault.run();
    traffic.awaitMore(1);
    readers.awaitMore();
    System.out.printf(
        "Patroni, %s: received again after %.1f s%n", what, (System.nanoTime() - started) / 1e9);
  }
}
