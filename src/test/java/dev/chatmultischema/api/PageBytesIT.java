package dev.chatmultischema.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A page of messages is limited by bytes too, and reports that there are more. */
@ChatTest(settings = "http.responses.maxPage=100KiB")
class PageBytesIT {

  private static final int MESSAGES = 40;

  @Started private static ChatService chat;
  private static ChatClient client;

  @BeforeAll
  static void start() {
    TenantId tenant = chat.addTenant(chat.adminToken());
    client = chat.asMember(tenant);
    for (int n = 0; n < MESSAGES; n++) {
      // Every fourth message has the largest size.
      var text = "x".repeat(n % 4 == 3 ? 65_500 : 10_000);
      client.post("/messages", Map.of("content", Map.of("n", n, "text", text))).expect(202);
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> client.head() == MESSAGES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"asc", "desc"})
  void limitsPagesByBytesWithoutGaps(String order) {
    var seqs = new ArrayList<Integer>();
    var page = client.get("/messages?limit=500&order=" + order).expect(200).json();
    int pages = 1;
    while (page.get("has_more").asBoolean()) {
      assertThat(page.get("data").size()).isBetween(1, 12);
      assertThat(page.toString()).hasSizeLessThan(100 * 1024 + 70 * 1024);
      addTo(seqs, page);
      page = next(page, order, 500);
      pages++;
    }
    addTo(seqs, page);
    assertThat(pages).isBetween(7, 12);
    var all = new ArrayList<>(IntStream.rangeClosed(1, MESSAGES).boxed().toList());
    if (order.equals("desc")) {
      Collections.reverse(all);
    }
    assertThat(seqs).isEqualTo(all);
    var behind = next(page, order, 500);
    assertThat(behind.get("data")).isEmpty();
    assertThat(behind.get("has_more").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // content bytes, limit, messages of a page at least and at most
    "10, 500, 200, 200",
    "10, 150, 150, 150",
    "10, 100, 100, 100",
    "2000, 500, 49, 52",
    "2000, 101, 49, 52",
    "60000, 500, 2, 2"
  })
  void continuesLongPagesWithoutGaps(int size, int limit, int least, int most) {
    int messages = 200;
    TenantId tenant = chat.addTenant(chat.adminToken());
    var member = chat.asMember(tenant);
    var message = Map.of("content", Map.of("text", "x".repeat(size)));
    for (int n = 0; n < messages; n += 10) {
      var batch = Map.of("messages", Collections.nCopies(10, message));
      member.post("/messages/batch", batch).expect(202);
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> member.head() == messages);
    for (var order : List.of("asc", "desc")) {
      var seqs = new ArrayList<Integer>();
      var page = member.get("/messages?limit=" + limit + "&order=" + order).expect(200).json();
      while (page.get("has_more").asBoolean()) {
        assertThat(page.get("data").size()).isBetween(least, most);
        addTo(seqs, page);
        page = next(member, page, order, limit);
      }
      assertThat(page.get("data").size()).isBetween(1, most);
      addTo(seqs, page);
      var all = new ArrayList<>(IntStream.rangeClosed(1, messages).boxed().toList());
      if (order.equals("desc")) {
        Collections.reverse(all);
      }
      assertThat(seqs).isEqualTo(all);
    }
  }

  @Test
  void limitsPagesByNumber() {
    var page = client.get("/messages?limit=2").expect(200).json();
    assertThat(page.get("data")).hasSize(2);
    assertThat(page.get("has_more").asBoolean()).isTrue();
    var last = client.get("/messages?limit=1&order=desc").expect(200).json();
    assertThat(last.at("/data/0/seq").asInt()).isEqualTo(MESSAGES);
    var cursor = "";
    for (int seq = MESSAGES; seq > 1; seq--) {
      var one = client.get("/messages?limit=1&order=desc&cursor=" + cursor).expect(200).json();
      assertThat(one.get("has_more").asBoolean()).isTrue();
      cursor = one.get("next_cursor").asText();
    }
    var first = client.get("/messages?limit=1&order=desc&cursor=" + cursor).expect(200).json();
    assertThat(first.at("/data/0/seq").asInt()).isEqualTo(1);
    assertThat(first.get("has_more").asBoolean()).isFalse();
  }

  @Test
  void releasesAllMemory() throws Exception {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 16; i++) {
      var thread = new Thread(() -> client.get("/messages?limit=500").expect(200));
      thread.start();
      threads.add(thread);
    }
    for (var thread : threads) {
      thread.join();
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                chat.admin()
                        .get("/metrics")
                        .json()
                        .get("gauges")
                        .get("http.page-bytes")
                        .get("value")
                        .asLong()
                    == 0);
  }

  private static JsonNode next(JsonNode page, String order, int limit) {
    return next(client, page, order, limit);
  }

  private static JsonNode next(ChatClient client, JsonNode page, String order, int limit) {
    var path = "/messages?limit=%d&order=%s&cursor=%s";
    return client
        .get(path.formatted(limit, order, page.get("next_cursor").asText()))
        .expect(200)
        .json();
  }

  private static void addTo(List<Integer> seqs, JsonNode page) {
    page.get("data").forEach(message -> seqs.add(message.get("seq").asInt()));
  }
}
