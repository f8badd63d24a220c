package dev.chatmultischema.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.json.StrictJson;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RawConnection;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports of a tenant over HTTP and by the task. */
@ChatTest(settings = "http.responseStall=5s")
class ExportIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Pages of an export have at most 256 KiB of content and 500 messages. */
  private static final int LARGE = 60;

  private static final int SMALL = 1_100;
  private static final int ALL = LARGE + SMALL;

  @Started private static ChatService chat;
  private static String token;
  private static TenantId tenant;
  private static ChatClient client;

  @TempDir private Path folder;

  @BeforeAll
  static void store() {
    token = chat.adminToken();
    tenant = chat.addTenant(token);
    client = chat.as(token).tenant(tenant);
    var large = Map.of("content", Map.of("text", "\u20ac".repeat(20_000)));
    for (int sent = 0; sent < LARGE; sent += 20) {
      client.post("/messages/batch", Map.of("messages", Collections.nCopies(20, large)));
    }
    var small = Map.of("content", Map.of("text", "line\nbreak \u2028 \"quoted\"", "n", 1e30));
    for (int sent = 0; sent < SMALL; sent += 100) {
      client.post("/messages/batch", Map.of("messages", Collections.nCopies(100, small)));
    }
    await().atMost(Duration.ofSeconds(30)).until(client::head, head -> head == ALL);
  }

  @Test
  void exportsAllMessagesAsInLists() {
    var answer = client.get(path("")).expect(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
    assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(answer.body()).endsWith("}\n");
    assertThat(lines(answer.body())).isEqualTo(client.messages());
  }

  @Test
  void continuesAfterAnySeq() {
    var all = client.messages();
    for (int seq : List.of(1, LARGE, 999, ALL - 1)) {
      var rest = client.get(path("?after_seq=" + seq)).expect(200).body();
      assertThat(lines(rest)).isEqualTo(all.subList(seq, ALL));
    }
    for (var end : List.of(ALL, ALL + 1, Integer.MAX_VALUE)) {
      var nothing = client.get(path("?after_seq=" + end)).expect(200);
      assertThat(nothing.body()).isEmpty();
      assertThat(nothing.header("Content-Type")).isEqualTo("application/x-ndjson");
    }
    client.get(path("?after_seq=-1")).expectProblem(400, "invalid_parameter");
  }

  @Test
  void sendsNoBodyForHead() throws IOException {
    try (var connection = new RawConnection(chat.uri())) {
      connection.send("HEAD " + path("") + " HTTP/1.1\r\n" + headers());
      var head = connection.read(false);
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.headers()).containsEntry("Content-Type", "application/x-ndjson");
      connection.send("GET " + path("?after_seq=" + (ALL - 1)) + " HTTP/1.1\r\n" + headers());
      assertThat(lines(connection.read().text())).hasSize(1);
    }
  }

  /** More clients than request threads and connections to the database read nothing. */
  @Test
  void servesOthersDuringUnreadExports() throws IOException {
    var slow = new ArrayList<RawConnection>();
    try {
      for (int i = 0; i < 60; i++) {
        var connection = new RawConnection(chat.uri(), 4 * 1024);
        slow.add(connection);
        connection.send("GET " + path("") + " HTTP/1.1\r\n" + headers());
      }
      for (var connection : slow) {
        await().atMost(Duration.ofSeconds(20)).until(connection::answered);
      }
      assertThat(client.get("/messages?limit=1").expect(200).json().get("data")).hasSize(1);
      var export = client.get(path("?after_seq=" + LARGE)).expect(200).body();
      assertThat(lines(export)).hasSize(SMALL);
      assertThat(gauge("http.page-bytes")).isLessThan(16 * 1024 * 1024);
    } finally {
      for (var connection : slow) {
        connection.close();
      }
    }
  }

  private static long gauge(String name) {
    return chat.admin().get("/metrics").json().at("/gauges").get(name).get("value").asLong();
  }

  /** A client whose access ends while it reads sees that the response is incomplete. */
  @Test
  void breaksAnExportWhoseTenantIsDeleted() throws IOException {
    var other = chat.addTenant(token);
    var writer = chat.as(token).tenant(other);
    var large = Map.of("content", Map.of("text", "x".repeat(60_000)));
    writer.post("/messages/batch", Map.of("messages", Collections.nCopies(100, large)));
    await().atMost(Duration.ofSeconds(20)).until(writer::head, head -> head == 100);
    try (var connection = new RawConnection(chat.uri(), 4 * 1024)) {
      connection.send("GET /tenants/" + other + "/export HTTP/1.1\r\n" + headers());
      await().until(connection::answered);
      writer.delete("/tenants/" + other).expect(204);
      assertThatThrownBy(connection::read).isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesToSkipMessagesThatAreGone() throws Exception {
    var own = chat.addTenant(token);
    var owner = chat.as(token).tenant(own);
    var messages = Collections.nCopies(5, Map.of("content", Map.of("text", "hello")));
    owner.post("/messages/batch", Map.of("messages", messages)).expect(202);
    await().until(owner::head, head -> head == 5);
    var exporter = new HistoryExporter(chat.jdbi(), null, StrictJson.mapper());

    var deleted = exporter.open(own, 0);
    assertThat(deleted.nextPage(1)).isNotEmpty();
    chat.jdbi()
        .useHandle(
            handle -> handle.execute("DELETE FROM " + own.partition() + " WHERE seq IN (1, 2)"));
    assertThatThrownBy(() -> deleted.nextPage(1))
        .isInstanceOf(HistoryExpired.class)
        .hasMessageContaining("seq 2 to 2 were deleted");

    var resumed = owner.get("/tenants/" + own + "/export?after_seq=1");
    assertThat(resumed.expectProblem(410, "cursor_reset").text("/detail"))
        .contains("seq 2 to 2 were deleted");
    assertThat(lines(owner.get("/tenants/" + own + "/export").expect(200).body())).hasSize(3);

    var lost = exporter.open(own, 2);
    assertThat(lost.nextPage(1)).isNotEmpty();
    chat.admin().post("/tasks/begin-epoch?tenant=" + own).expect(200);
    assertThatThrownBy(() -> lost.nextPage(1))
        .isInstanceOf(HistoryExpired.class)
        .hasMessageContaining("another epoch began");
  }

  @Test
  void recordsWhoExports() {
    client.get(path("?after_seq=" + (ALL - 7))).expect(200);
    var newest = client.get("/audit?limit=50").expect(200).json().get("data");
    assertThat(newest)
        .anySatisfy(
            entry -> {
              assertThat(entry.get("event").asText()).isEqualTo("history_exported");
              assertThat(entry.get("tenant_id").asText()).isEqualTo(tenant.toString());
              assertThat(entry.get("outcome").asText())
                  .isEqualTo("export of seq %d to %d", ALL - 6, ALL);
            });
  }

  @Test
  void writesAFile() throws IOException {
    var file = folder.resolve("all.ndjson");
    var answer = task("file=" + file).expect(200);
    assertThat(answer.body())
        .contains("exported 18 messages, seq 18 of " + ALL)
        .contains(ALL + " messages");
    assertThat(lines(Files.readString(file))).isEqualTo(client.messages());

    assertThat(task("file=" + file).expect(500).body()).contains("exists").contains("resume=true");
    var complete = Files.readAllBytes(file);
    // The file of a task that was interrupted within a line.
    Files.write(file, java.util.Arrays.copyOf(complete, complete.length - 1_000));
    task("file=" + file + "&resume=true").expect(200);
    assertThat(Files.readAllBytes(file)).isEqualTo(complete);
    task("file=" + file + "&resume=true").expect(200);
    assertThat(Files.readAllBytes(file)).isEqualTo(complete);
  }

  @Test
  void refusesOtherFiles() throws IOException {
    task("file=relative.ndjson").expect(400);
    task("file=" + folder.resolve("crontab")).expect(400);
    task("").expect(400);
    assertThat(task("file=/nowhere/at/all.ndjson").expect(500).body()).contains("/nowhere");
    var foreign = Files.writeString(folder.resolve("foreign.ndjson"), "precious\n");
    assertThat(task("file=" + foreign + "&resume=true").expect(500).body())
        .contains("is not an export");
    assertThat(Files.readString(foreign)).isEqualTo("precious\n");
  }

  private static dev.chatmultischema.support.Answer task(String parameters) {
    return chat.admin().post("/tasks/export-tenant?tenant=" + tenant + "&" + parameters);
  }

  private static String path(String query) {
    return "/tenants/" + tenant + "/export" + query;
  }

  private static String headers() {
    return "Host: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n";
  }

  private static List<JsonNode> lines(String ndjson) {
    var lines = new ArrayList<JsonNode>();
    for (var line : ndjson.split("\n")) {
      try {
        lines.add(JSON.readTree(line.getBytes(UTF_8)));
      } catch (IOException e) {
        throw new UncheckedIOException(line, e);
      }
    }
    return lines;
  }
}
