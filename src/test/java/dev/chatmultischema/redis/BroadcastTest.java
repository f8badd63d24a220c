package dev.chatmultischema.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.json.StrictJson;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BroadcastTest {

  private static final ObjectMapper JSON = StrictJson.mapper();

  private static Message message(long seq, String text) {
    return new Message(
        new UUID(0, seq), seq, null, new Content("{\"t\":\"%s\"}".formatted(text)), Instant.EPOCH);
  }

  private static List<String> payloads(List<Message> messages) throws Exception {
    var tenant = TenantId.create();
    var signature = new BroadcastSignature(ChatService.signatures());
    var payloads = new Broadcast.Stored(tenant, messages).payloads(signature);
    assertThat(payloads).allMatch(bytes -> signature.verify(tenant, bytes));
    return payloads.stream()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .map(text -> text.substring(BroadcastSignature.CONTENT))
        .toList();
  }

  @Test
  void isTheFirstSeqAndALineForEachMessage() throws Exception {
    assertThat(payloads(List.of(message(8, "a"), message(9, "b"))))
        .containsExactly(
            "8\n%s\n%s\n"
                .formatted(
                    JSON.writeValueAsString(message(8, "a")),
                    JSON.writeValueAsString(message(9, "b"))));
  }

  @Test
  void isTheObjectOfLists() throws Exception {
    var message =
        new Message(
            UUID.randomUUID(),
            1,
            UUID.randomUUID(),
            new Content("{\"t\":\"é😀\\n\"}"),
            Instant.parse("2026-01-02T03:04:05.678Z"));
    assertThat(payloads(List.of(message)))
        .containsExactly("1\n" + JSON.writeValueAsString(message) + "\n");
  }

  @Test
  void isSplitIfLarge() throws Exception {
    var payloads =
        payloads(
            IntStream.rangeClosed(1, 10).mapToObj(i -> message(i, "x".repeat(60_000))).toList());
    assertThat(payloads).hasSize(2);
    assertThat(payloads.get(0)).startsWith("1\n{");
    assertThat(payloads.get(1)).startsWith("6\n{");
  }
}
