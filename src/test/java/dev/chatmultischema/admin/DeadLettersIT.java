package dev.chatmultischema.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.Ledger;
import dev.chatmultischema.support.Poison;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists, replays and purges dead letters by tasks. */
@ChatTest(environment = "NODE_ID=desk", settings = "amqp.retryDelays=[50ms]")
class DeadLettersIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Started private static ChatService chat;
  @Started private static Broker broker;

  private ChatClient client;
  private String tenant;
  private String letters;
  private Ledger ledger;

  @BeforeEach
  void createTenant() {
    var admin = chat.asAdmin();
    tenant = admin.post("/tenants", Map.of("tenant_name", "Dead")).expect(201).text("/tenant_id");
    client = chat.asMember(TenantId.fromString(tenant));
    letters = Broker.deadLetters(tenant);
    ledger = new Ledger(chat, tenant);
  }

  @Test
  void listsDeadLettersInOrderAndKeepsThem() throws Exception {
    var before = Instant.now();
    broker.put(Broker.queue(tenant), "no json 1");
    broker.put(Broker.queue(tenant), "no json 2");
    awaitDead(2);
    broker.put(letters, "put there by others");

    var shown = task("list-dead-letters").expect(200).body();
    assertThat(shown).startsWith("3 of 3 dead letters shown");
    assertThat(values(shown, "body"))
        .containsExactly("no json 1", "no json 2", "put there by others");
    assertThat(values(shown, "attempts")).containsExactly("1", "1", "0");
    assertThat(values(shown, "node")).containsExactly("desk", "desk", "-");
    assertThat(values(shown, "error_class"))
        .containsExactly(
            "dev.chatmultischema.message.InvalidContent",
            "dev.chatmultischema.message.InvalidContent",
            "-");
    assertThat(values(shown, "size")).containsExactly("9 bytes", "9 bytes", "19 bytes");
    assertThat(values(shown, "message_id").get(2)).isEqualTo("-");
    assertThat(Instant.parse(values(shown, "first_failed").get(0)))
        .isBetween(before.minusMillis(1), Instant.now());

    for (int again = 0; again < 3; again++) {
      assertThat(task("list-dead-letters").expect(200).body()).isEqualTo(shown);
    }
    var oldest = task("list-dead-letters", "limit=1").expect(200).body();
    assertThat(oldest).startsWith("1 of 3 dead letters shown");
    assertThat(values(oldest, "body")).containsExactly("no json 1");
    assertThat(broker.depth(letters)).isEqualTo(3);
    assertThat(audit()).contains("list-dead-letters|1 of 3 dead letters shown");
  }

  /** A status that was sent before a long text could not become 500. */
  @Test
  void respondsWith500DespiteALongText() throws Exception {
    broker.declareDeadLetters(tenant);
    for (int n = 0; n < 300; n++) {
      broker.put(letters, "x".repeat(200));
    }
    chat.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "ALTER TABLE audit ADD CONSTRAINT never CHECK (outcome IS NULL) NOT VALID"));
    try {
      var failed = task("list-dead-letters", "limit=300");
      assertThat(failed.status()).isEqualTo(500);
      assertThat(values(failed.body(), "body")).hasSize(300);
      assertThat(failed.body()).contains("has no outcome");
    } finally {
      chat.jdbi().useHandle(handle -> handle.execute("ALTER TABLE audit DROP CONSTRAINT never"));
    }
  }

  @Test
  void escapesControlCharacters() throws Exception {
    var properties = new AMQP.BasicProperties.Builder().messageId("a\u001b[2Jb").build();
    broker.declareDeadLetters(tenant);
    broker.put(
        letters, properties, ("red \u001b[31m\r\n\u202e " + "x".repeat(5_000)).getBytes(UTF_8));
    var shown = task("list-dead-letters").expect(200).body();
    assertThat(values(shown, "message_id")).containsExactly("a\\u001b[2Jb");
    assertThat(values(shown, "body").get(0))
        .startsWith("red \\u001b[31m\\u000d\\u000a\\u202e xxx")
        .endsWith("…")
        .hasSizeLessThan(300);
    assertThat(shown.replace("\n", "").chars()).noneMatch(c -> c < ' ');
  }

  @Test
  void replaysMessagesThatCanBeStoredNow() {
    var poison = Poison.in(chat.jdbi(), tenant);
    var accepted = new ArrayList<Answer>();
    for (int n = 0; n < 3; n++) {
      accepted.add(client.post("/messages", content(Poison.MARK + n)).expect(202));
    }
    awaitDead(3);
    poison.pass();

    var replayed = task("replay-dead-letters", "reason=mended").expect(200);
    assertThat(replayed.body()).contains("3 of 3 dead letters replayed");
    await().atMost(PATIENCE).until(() -> client.messages().size() == 3);
    var sender =
        chat.jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery("SELECT DISTINCT sender_id FROM messages WHERE tenant_id = ?")
                        .bind(0, UUID.fromString(tenant))
                        .mapTo(UUID.class)
                        .one());
    assertThat(sender).isNotNull();
    for (var answer : accepted) {
      var stored = client.get("/messages/" + answer.text("/message_id")).expect(200);
      assertThat(stored.text("/created_at")).isEqualTo(answer.text("/accepted_at"));
    }
    assertThat(broker.depth(letters)).isZero();
    assertThat(ledger.of("messages_replayed_total")).isEqualTo(3);
    ledger.awaitValue("messages_stored_total", 3);
    assertThat(ledger.of("messages_duplicate_total")).isZero();
    ledger.assertBalanced(0);
    assertThat(audit()).contains("replay-dead-letters|3 of 3 dead letters replayed");
  }

  @Test
  void replaysEachOnceAlthoughItIsDeadLetteredAgain() throws Exception {
    broker.declareDeadLetters(tenant);
    for (int n = 0; n < 250; n++) {
      broker.put(letters, "never json " + n);
    }
    assertThat(task("replay-dead-letters").expect(200).body())
        .contains("250 of 250 dead letters replayed");
    ledger.awaitValue("messages_dead_lettered_total", 250);
    assertThat(broker.depth(letters)).isEqualTo(250);
    var again = values(task("list-dead-letters", "limit=250").expect(200).body(), "attempts");
    assertThat(again).hasSize(250).containsOnly("1");
  }

  @Test
  void replaysOneAndKeepsTheOrderOfTheOthers() throws Exception {
    for (var id : List.of("a", "b", "wanted", "c", "wanted", "d")) {
      put(id, "{\"id\": \"%s\"}".formatted(id));
    }
    assertThat(task("replay-dead-letters", "message_id=wanted", "dry_run=true").expect(200).body())
        .contains("2 of 6 dead letters would be replayed");
    assertThat(task("replay-dead-letters", "message_id=wanted").expect(200).body())
        .contains("2 of 6 dead letters replayed");
    await().atMost(PATIENCE).until(() -> !client.messages().isEmpty());
    ledger.awaitValue("messages_duplicate_total", 1);
    assertThat(values(task("list-dead-letters").expect(200).body(), "message_id"))
        .containsExactly("a", "b", "c", "d");
    assertThat(task("replay-dead-letters", "message_id=wanted").expect(404).body())
        .contains("no such dead letter");
    assertThat(task("replay-dead-letters", "message_id=wanted", "dry_run=true").expect(404).body())
        .contains("no such dead letter");
    assertThat(broker.depth(letters)).isEqualTo(4);
  }

  @Test
  void changesNothingInADryRun() throws Exception {
    for (int n = 0; n < 60; n++) {
      put("id-" + n, "{}");
    }
    var before = task("list-dead-letters", "limit=60").body();
    var dry = task("replay-dead-letters", "dry_run=true").expect(200).body();
    assertThat(dry)
        .contains("dry run: 60 of 60 dead letters would be replayed", "id-0\n", "10 more")
        .doesNotContain("id-50\n");
    assertThat(task("list-dead-letters", "limit=60").body()).isEqualTo(before);
    assertThat(client.messages()).isEmpty();
    assertThat(ledger.of("messages_replayed_total")).isZero();
  }

  @Test
  void deletesWhenConfirmed() throws Exception {
    put("a", "{}");
    put("b", "{}");
    assertThat(task("purge-dead-letters").expect(400).body()).contains("confirm is required");
    task("purge-dead-letters", "confirm=" + UUID.randomUUID()).expect(400);
    assertThat(broker.depth(letters)).isEqualTo(2);
    assertThat(task("purge-dead-letters", "confirm=" + tenant).expect(200).body())
        .contains("2 dead letters deleted");
    assertThat(broker.depth(letters)).isZero();
    assertThat(audit()).contains("purge-dead-letters|2 dead letters deleted");
  }

  @Test
  void isEmptyBeforeTheFirstDeadLetter() throws Exception {
    assertThat(broker.depth(letters)).isEqualTo(-1);
    assertThat(task("list-dead-letters").expect(200).body()).startsWith("0 of 0");
    var consumers = chat.admin().post("/tasks/list-consumers?tenant=" + tenant).expect(200).body();
    assertThat(consumers).containsPattern(tenant + ".* 0 +0 +0 +-");
    for (var task : List.of("list-dead-letters", "replay-dead-letters", "purge-dead-letters")) {
      broker.deleteQueue(letters);
      var answer = task.startsWith("purge") ? task(task, "confirm=" + tenant) : task(task);
      assertThat(answer.expect(200).body()).containsPattern("^0 ");
      assertThat(broker.depth(letters)).isEqualTo(-1);
    }
    broker.put(Broker.queue(tenant), "no json");
    await().atMost(PATIENCE).until(() -> broker.depth(letters) == 1);
    assertThat(task("list-dead-letters").expect(200).body()).startsWith("1 of 1");
  }

  @Test
  void refusesInvalidParameters() {
    var unknown = UUID.randomUUID();
    var tasks =
        List.of(
            "list-dead-letters",
            "list-dead-letters?tenant=" + unknown,
            "list-dead-letters?tenant=x",
            "list-dead-letters?tenant=" + tenant + "&limit=0",
            "list-dead-letters?tenant=" + tenant + "&limit=1001",
            "list-dead-letters?tenant=" + tenant + "&tenant=" + unknown,
            "replay-dead-letters?tenant=" + unknown,
            "replay-dead-letters?tenant=" + tenant + "&dry_run=yes",
            "replay-dead-letters?tenant=" + tenant + "&all=true",
            "purge-dead-letters?tenant=" + unknown + "&confirm=" + unknown);
    for (var task : tasks) {
      assertThat(chat.admin().post("/tasks/" + task).expect(400).body()).contains("usage: POST");
    }
  }

  @Test
  void replaysIntoTheQueueOfAStoppedConsumer() throws Exception {
    chat.admin().post("/tasks/kill-consumers?tenant=" + tenant).expect(200);
    put("a", "{}");
    task("replay-dead-letters").expect(200);
    assertThat(broker.depth(Broker.queue(tenant))).isOne();
    chat.admin().post("/tasks/start-consumers?tenant=" + tenant).expect(200);
    await().atMost(PATIENCE).until(() -> client.messages().size() == 1);
  }

  @Test
  void runsOneTaskAtATimeOnATenantsDeadLetters() throws Exception {
    put("a", "{}");
    var other = chat.asAdmin().post("/tenants", Map.of("tenant_name", "Other")).expect(201);
    try (var handle = chat.jdbi().open()) {
      handle.execute("SELECT pg_advisory_lock(hashtext('chat.dead_letters'), hashtext(?))", tenant);
      assertThat(task("replay-dead-letters").expect(500).body())
          .contains("another task holds the lock on the dead letters of tenant " + tenant);
      chat.admin().post("/tasks/list-dead-letters?tenant=" + other.text("/tenant_id")).expect(200);
    }
    assertThat(task("replay-dead-letters").expect(200).body()).contains("1 of 1");
  }

  private void put(String messageId, String body) throws Exception {
    var properties =
        new AMQP.BasicProperties.Builder().deliveryMode(2).messageId(messageId).build();
    broker.declareDeadLetters(tenant);
    broker.put(letters, properties, body.getBytes(UTF_8));
  }

  private static Map<String, Object> content(String text) {
    return Map.of("content", Map.of("text", text));
  }

  private void awaitDead(int number) {
    await().atMost(PATIENCE).until(() -> broker.depth(letters) == number);
  }

  private Answer task(String name, String... parameters) {
    var query = new StringBuilder("/tasks/" + name + "?tenant=" + tenant);
    for (var parameter : parameters) {
      query.append('&').append(parameter);
    }
    return chat.admin().post(query.toString());
  }

  /** Returns the values of one line of each dead letter in the list. */
  private static List<String> values(String shown, String name) {
    return Pattern.compile("(?m)^" + name + " +(.*)$")
        .matcher(shown)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private List<String> audit() {
    return chat.jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT task || '|' || outcome
                        FROM audit
                        WHERE parameters LIKE '%' || ? || '%'
                        """)
                    .bind(0, tenant)
                    .mapTo(String.class)
                    .list());
  }
}
