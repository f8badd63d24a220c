package dev.chatmultischema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A replica is killed, stopped or added under load, and the others take its share. */
class ReplicaFaultsIT {

  private static final String EMAIL = "admin@example.com";
  private static final String PASSWORD = "a good password";
  private static final Duration TAKE_OVER = Duration.ofSeconds(10);
  private static final int SOME = 20;
  private static final int TENANTS = 6;

  private Map<String, String> environment;
  private ServiceProcess one;
  private ServiceProcess two;
  private ChatClient admin;
  private List<String> tenants;
  private Traffic traffic;

  @BeforeEach
  void start() throws Exception {
    var backends = Backends.shared();
    environment =
        ServiceProcess.environment(
            backends.newDatabase(), backends.rabbitmqUrl(), backends.redisUrl());
    ServiceProcess.command(environment, "", "db", "migrate", "config.yml");
    ServiceProcess.command(
        environment,
        PASSWORD + "\n",
        "user",
        "add",
        "--email",
        EMAIL,
        "--name",
        "Admin",
        "--role",
        "admin",
        "config.yml");
    one = replica("one");
    two = replica("two");
    var token =
        new ChatClient(one.uri(), Map.of())
            .post("/authentication/login", Map.of("email", EMAIL, "password", PASSWORD))
            .expect(200)
            .text("/token");
    admin = new ChatClient(one.uri(), Map.of()).as(token);
    tenants = IntStream.range(0, TENANTS).mapToObj(i -> createTenant()).toList();
    traffic = Traffic.start(List.of(one.uri(), two.uri()), tenants, List.of(token));
    traffic.awaitMore(SOME);
  }

  private ServiceProcess replica(String node) throws Exception {
    var own = new HashMap<>(environment);
    own.put("NODE_ID", node);
    return ServiceProcess.start(own);
  }

  private String createTenant() {
    return admin.post("/tenants", Map.of("tenant_name", "R")).expect(201).text("/tenant_id");
  }

  @AfterEach
  void stop() {
    traffic.close();
    one.close();
    two.close();
  }

  private void goOnAndCheck() throws Exception {
    traffic.awaitMore(SOME);
    traffic.stop();
    traffic.assertAllStored(admin);
  }

  @Test
  void takesOverFromAKilledReplica() throws Exception {
    two.kill();
    var heads = new ArrayList<Long>();
    tenants.forEach(tenant -> heads.add(head(tenant)));
    await()
        .atMost(TAKE_OVER)
        .until(
            () ->
                IntStream.range(0, TENANTS)
                    .allMatch(i -> head(tenants.get(i)) > heads.get(i) + traffic.senders()));
    goOnAndCheck();
  }

  private long head(String tenant) {
    return admin
        .tenant(tenant)
        .get("/messages?order=desc&limit=1")
        .expect(200)
        .json()
        .at("/data/0/seq")
        .asLong();
  }

  @Test
  void takesOverFromAStoppedReplica() throws Exception {
    two.terminate();
    traffic.awaitMore(SOME);
    assertThat(two.awaitExit(15)).isTrue();
    goOnAndCheck();
  }

  @Test
  void sharesWithAReplicaThatComes() throws Exception {
    try (var three = replica("three")) {
      traffic.add(three.uri());
      await()
          .atMost(TAKE_OVER)
          .until(() -> three.metric("chat_consumer_workers") >= TENANTS / 3 * 3);
      goOnAndCheck();
    }
  }
}
