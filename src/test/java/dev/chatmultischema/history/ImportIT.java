package dev.chatmultischema.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RawConnection;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imports into empty tenants over HTTP and by the task. */
@ChatTest
class ImportIT {

  private static final String TIME = "2026-01-31T09:06:00.789Z";

  @Started private static ChatService chat;
  private static String token;

  private TenantId tenant;
  private ChatClient client;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    token = chat.adminToken();
  }

  @BeforeEach
  void createTenant() {
    tenant = chat.addTenant(token);
    client = chat.as(token).tenant(tenant);
  }

  @Test
  void importsWhatWasExported() {
    for (int batch = 0; batch < 4; batch++) {
      var contents = new ArrayList<Map<String, ?>>();
      for (int n = 0; n < 150; n++) {
        contents.add(Map.of("content", Map.of("n", n, "text", "\u20ac\n".repeat(n * 10))));
      }
      client.post("/messages/batch", Map.of("messages", contents)).expect(202);
    }
    await().atMost(Duration.ofSeconds(20)).until(client::head, head -> head == 600);
    var exported = client.get("/tenants/" + tenant + "/export").expect(200).body();

    createTenant();
    var imported = send(exported).expect(200);
    assertThat(imported.json().toString())
        .isEqualTo("{\"imported\":600,\"skipped\":0,\"head_seq\":600}");
    assertThat(client.get("/tenants/" + tenant + "/export").expect(200).body()).isEqualTo(exported);

    client.post("/messages", Map.of("content", Map.of("text", "later"))).expect(202);
    await().until(client::head, head -> head == 601);
    send(exported).expectProblem(409, "tenant_not_empty");
  }

  @Test
  void goesOnWhereAnEarlierRequestEnded() {
    var all = lines(1, 700);
    // The first request ends within a line, as one whose connection is lost.
    var refused = send(all.substring(0, all.indexOf("\"seq\":301"))).expect(422);
    assertThat(refused.text("/errors/0/field")).isEqualTo("line 301");
    assertThat(client.head()).isEqualTo(300);
    assertThat(send(all).expect(200).text("/skipped")).isEqualTo("300");
    assertThat(client.head()).isEqualTo(700);
    assertThat(send(all).expect(200).text("/imported")).isEqualTo("0");
    assertThat(send(lines(701, 702)).expect(200).text("/imported")).isEqualTo("2");
    assertThat(client.messages()).hasSize(702);
  }

  /** The first messages may have expired before the export. */
  @Test
  void keepsTheFirstSeq() {
    send(lines(101, 110)).expect(200);
    assertThat(client.messages().get(0).get("seq").asLong()).isEqualTo(101);
    assertThat(client.get("/messages").expect(200).text("/first_seq")).isEqualTo("101");
    send(lines(101, 120)).expect(200);
    var gap = send(lines(125, 126)).expectProblem(422, "invalid_line");
    assertThat(gap.text("/detail"))
        .isEqualTo("line 1: seq must be 121, one more than that of the message before");
    client.post("/messages", Map.of("content", Map.of("text", "later"))).expect(202);
    await().until(client::head, head -> head == 121);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          no json                            | is not valid JSON
          []                                 | must be a JSON object
          {}                                 | message_id is required
          {"seq":0}                          | seq must be a whole number of at least 1
          {"seq":1e3}                        | seq must be a whole number of at least 1
          {"message_id":"x"}                 | message_id must be a UUID
          {"message_id":7}                   | message_id must be a string
          {"seq":3,"seq":3}                  | is not valid JSON: Duplicate field 'seq'
          {"mood":1}                         | has an unknown field mood
          {"content":7}                      | content must be a JSON object
          {"content":{"a":"\\u0000"}}        | content
          {"created_at":"today"}             | created_at must be a time
          {"created_at":"1969-01-31T09:06:00Z"} | created_at must lie between
          {"sender":{"name":"x"}}            | sender.sub is required
          {"content":{}} {"content":{}}      | must end after the object
          """)
  void refusesALineThatIsNoMessage(String line, String reason) {
    var refused = send(lines(1, 2) + line + "\n" + lines(3, 4)).expectProblem(422, "invalid_line");
    assertThat(refused.text("/errors/0/field")).isEqualTo("line 3");
    assertThat(refused.text("/errors/0/message")).startsWith(reason);
    assertThat(client.head()).isEqualTo(2);
    send(lines(1, 4)).expect(200);
    assertThat(client.messages()).hasSize(4);
  }

  @Test
  void refusesLinesThatCannotFollow() {
    var long1 = line(3).replace("hello", "x".repeat(66_000));
    assertThat(refused(lines(1, 2) + long1))
        .isEqualTo("line 3: content must have at most 65536 bytes");
    assertThat(refused(lines(1, 2) + "x".repeat(600_000) + "\n"))
        .startsWith("line 3: has more than");
    assertThat(refused(lines(1, 2) + line(4))).startsWith("line 3: seq must be 3");
    assertThat(refused(lines(1, 2) + line(2).replace(id(2), id(9)) + line(3)))
        .isEqualTo("line 3: the tenant has another message with seq 2");
    assertThat(refused(lines(1, 2) + line(3).replace(id(3), id(1))))
        .isEqualTo("line 3: message_id is that of a message with another seq");
    assertThat(client.head()).isEqualTo(2);
    send("\n\n" + lines(1, 3).replace("\n", "\r\n")).expect(200);
    assertThat(client.head()).isEqualTo(3);
  }

  private String refused(String body) {
    var answer = send(body);
    assertThat(answer.status()).as(answer.body()).isIn(409, 422);
    return answer.text("/detail");
  }

  @Test
  void refusesATenantWithOtherMessages() {
    client.post("/messages", Map.of("content", Map.of("text", "first"))).expect(202);
    await().until(client::head, head -> head == 1);
    send(lines(1, 2)).expectProblem(409, "tenant_not_empty");
    assertThat(client.head()).isEqualTo(1);
  }

  @Test
  void refusesOtherBodies() {
    client.post(path(), lines(1, 2)).expectProblem(415, "unsupported_media_type");
    ndjson()
        .with("Content-Encoding", "gzip")
        .post(path(), lines(1, 2))
        .expectProblem(415, "unsupported_media_type");
    assertThat(send("").status()).isEqualTo(200);
    assertThat(client.head()).isZero();
  }

  @Test
  void keepsSendersOfTheTenantsOwnIssuer() {
    var sender = "3c5a1f0e-9f6b-5f43-8a52-5d7a1c7e8b90";
    var line =
        line(1)
            .replace(
                "\"sender_id\":null",
                "\"sender_id\":\"" + sender + "\",\"sender\":{\"sub\":\"s\",\"name\":\"Ada\"}");
    send(line).expect(200);
    var stored = client.messages().get(0);
    assertThat(stored.get("sender_id").asText()).isEqualTo(sender);
    assertThat(stored.get("sender").toString()).isEqualTo("{\"sub\":\"s\",\"name\":\"Ada\"}");
    assertThat(client.get("/tenants/" + tenant + "/export").expect(200).body()).isEqualTo(line);
  }

  /** More clients than request threads send a part of their body. */
  @Test
  void servesOthersDuringSlowImports() throws IOException {
    var slow = new ArrayList<RawConnection>();
    try {
      for (int i = 0; i < 60; i++) {
        var connection = new RawConnection(chat.uri());
        slow.add(connection);
        connection.send(
            "POST "
                + path()
                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + token
                + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n{");
      }
      var whole = lines(1, 300);
      send(whole).expect(200);
      assertThat(client.head()).isEqualTo(300);
    } finally {
      for (var connection : slow) {
        connection.close();
      }
    }
  }

  @Test
  void storesTheCompleteLinesOfALostConnection() throws IOException {
    try (var connection = new RawConnection(chat.uri())) {
      connection.send(
          "POST "
              + path()
              + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + token
              + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n");
      connection.send((lines(1, 20) + "{\"mess").getBytes(UTF_8));
    }
    await().until(client::head, head -> head == 20);
    send(lines(1, 30)).expect(200);
    assertThat(client.messages()).hasSize(30);
  }

  @Test
  void readsAFile() throws IOException {
    var file = folder.resolve("tenant.ndjson");
    Files.writeString(file, lines(1, 600) + "broken\n");
    var failed = task(file).expect(500);
    assertThat(failed.body())
        .contains("imported 250 messages")
        .contains("line 601: is not valid JSON");
    Files.writeString(file, lines(1, 601));
    assertThat(task(file).expect(200).body())
        .contains("1 messages imported, 600 had been imported before, up to seq 601");
    assertThat(task(folder.resolve("missing.ndjson")).expect(500).body()).contains("NoSuchFile");
    client.post("/messages", Map.of("content", Map.of("text", "later"))).expect(202);
    await().until(client::head, head -> head == 602);
    assertThat(task(file).expect(500).body()).contains("not imported");
  }

  private Answer task(Path file) {
    return chat.admin().post("/tasks/import-tenant?tenant=" + tenant + "&file=" + file);
  }

  @Test
  void showsImportedMessagesToALiveStream() throws IOException {
    try (var stream = new RawConnection(chat.uri())) {
      stream.send(
          "GET /messages/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + token
              + "\r\nX-Tenant-ID: "
              + tenant
              + "\r\n\r\n");
      assertThat(stream.read().status()).isEqualTo(200);
      send(lines(1, 3)).expect(200);
      assertThat(stream.until("id: 3")).contains("id: 1", "id: 2");
    }
  }

  private Answer send(String lines) {
    return ndjson().post(path(), lines.getBytes(UTF_8));
  }

  private ChatClient ndjson() {
    return client.with("Content-Type", "application/x-ndjson");
  }

  private String path() {
    return "/tenants/" + tenant + "/import";
  }

  private static String lines(long first, long last) {
    return LongStream.rangeClosed(first, last)
        .mapToObj(ImportIT::line)
        .collect(Collectors.joining());
  }

  private static String line(long seq) {
    return String.format(
        Locale.ROOT,
        "{\"message_id\":\"%s\",\"seq\":%d,\"sender_id\":null,\"content\":{\"text\":\"hello\"},"
            + "\"created_at\":\"%s\"}\n",
        id(seq),
        seq,
        TIME);
  }

  private static String id(long seq) {
    return new UUID(0x0194_6c61_77aa_7b3cL, 0x9f10_0000_0000_0000L + seq).toString();
  }
}
