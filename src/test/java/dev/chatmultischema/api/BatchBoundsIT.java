package dev.chatmultischema.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch of too many messages costs little, and its error is short. */
@ChatTest
class BatchBoundsIT {

  @Started private static ChatService chat;
  private static ChatClient client;

  @BeforeAll
  static void start() {
    TenantId tenant = chat.addTenant(chat.adminToken());
    client = chat.asMember(tenant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"content\":{}}", "null"})
  void refusesMillionsOfMessagesWithOneShortError(String message) {
    var body = "{\"messages\":[" + (message + ",").repeat(2_000_000) + message + "]}";
    var answer = client.post("/messages/batch", body.getBytes(UTF_8)).expect(422);
    assertThat(answer.body()).hasSizeLessThan(500);
    assertThat(answer.json().get("errors")).hasSize(1);
    assertThat(answer.text("/errors/0/field")).isEqualTo("messages");
    assertThat(answer.text("/errors/0/message")).isEqualTo("size must be between 1 and 500");
  }

  @Test
  void listsTheFirstErrorsAndTheNumberOfOthers() {
    var batch = Map.of("messages", Collections.nCopies(500, Map.of()));
    var answer = client.post("/messages/batch", batch).expect(422);
    assertThat(answer.body()).hasSizeLessThan(3_000);
    assertThat(answer.text("/detail"))
        .isEqualTo("the request has invalid fields, and 480 more than those listed");
    assertThat(answer.json().get("errors"))
        .extracting(error -> error.get("field").asText())
        .hasSize(20)
        .startsWith("messages[0].content", "messages[1].content")
        .endsWith("messages[19].content");
  }

  @Test
  void namesTheMessageThatCannotBeRead() {
    var good = Map.of("content", Map.of());
    assertThat(field(List.of(good, Map.of("content", 5)))).isEqualTo("messages[1].content");
    assertThat(field(List.of(good, 5))).isEqualTo("messages[1]");
    assertThat(field("none")).isEqualTo("messages");
    assertThat(field(List.of())).isEqualTo("messages");
  }

  private static String field(Object messages) {
    JsonNode answer =
        client.post("/messages/batch", Map.of("messages", messages)).expect(422).json();
    assertThat(answer.get("errors")).hasSize(1);
    return answer.at("/errors/0/field").asText();
  }
}
