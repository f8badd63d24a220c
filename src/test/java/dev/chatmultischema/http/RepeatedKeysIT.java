package dev.chatmultischema.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.user.Role;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Bodies that say two things: repeated keys, and enums in another letter case. */
@ChatTest
class RepeatedKeysIT {

  @Started private static ChatService chat;

  @Test
  void refusesRepeatedKeysOfUsers() {
    var admin = chat.asAdmin();
    var email = UUID.randomUUID() + "@example.com";
    var twice =
        """
        {"name":"A","email":"%s","password":"long enough","role":"user","role":"admin"}
        """
            .formatted(email);
    admin.post("/users", twice).expectProblem(400, "repeated_key");
    admin.post("/users", twice.replace("\"admin\"", "\"user\"")).expectProblem(400, "repeated_key");
    // The same name, written in another way.
    admin
        .post("/users", twice.replace("\"role\":\"admin\"", "\"r\\u006fle\":\"admin\""))
        .expectProblem(400, "repeated_key");
    admin.post("/users", twice.replace(",\"role\":\"admin\"", "")).expect(201);

    var user = chat.addUser(Role.USER, null);
    admin
        .patch("/users/" + user.userId(), "{\"disabled\":false,\"name\":\"A\",\"disabled\":true}")
        .expectProblem(400, "repeated_key");
    assertThat(admin.get("/users/" + user.userId()).json().get("disabled").asBoolean()).isFalse();
  }

  @Test
  void refusesRepeatedKeysOfLoginsAndTenants() {
    var user = chat.addUser(Role.USER, null);
    chat.anonymous()
        .post(
            "/authentication/login",
            "{\"email\":\"x@example.com\",\"email\":\"%s\",\"password\":\"%s\"}"
                .formatted(user.email(), ChatService.PASSWORD))
        .expectProblem(400, "repeated_key");
    chat.asAdmin()
        .post("/tenants", "{\"tenant_name\":\"A\",\"workers\":1,\"workers\":64}")
        .expectProblem(400, "repeated_key");
  }

  @Test
  void refusesValuesInAnotherLetterCase() {
    var admin = chat.asAdmin();
    for (var role : List.of("ADMIN", "Admin", "admin ", " admin", "ad-min", "", "0")) {
      var body =
          "{\"name\":\"A\",\"email\":\"%s@example.com\",\"password\":\"long enough\",\"role\":\"%s\"}"
              .formatted(UUID.randomUUID(), role);
      admin.post("/users", body).expectProblem(422, "validation_failed");
      var user = chat.addUser(Role.USER, null);
      admin
          .patch("/users/" + user.userId(), "{\"role\":\"%s\"}".formatted(role))
          .expectProblem(422, "validation_failed");
    }
  }

  @Test
  void refusesRepeatedKeysAroundButNotWithinContent() {
    var token = chat.adminToken();
    var client = chat.as(token).tenant(chat.addTenant(token));
    var content =
        "\"content\":{\"a\":1,\"b\":{\"c\":1,\"c\":2},\"a\":{\"d\":3},\"l\":[{\"e\":1,\"e\":2}]}";
    var id = "\"message_id\":\"%s\"".formatted(UUID.randomUUID());
    for (var body :
        List.of(
            "{" + content + "," + content + "}",
            "{" + id + "," + content + "," + id + "}",
            "{" + content + "," + id + "," + content + "}")) {
      client.post("/messages", body).expectProblem(400, "repeated_key");
      client
          .post("/messages/batch", "{\"messages\":[{" + content + "}," + body + "]}")
          .expectProblem(400, "repeated_key");
    }
    client
        .post("/messages/batch", "{\"messages\":[{" + content + "}],\"messages\":[]}")
        .expectProblem(400, "repeated_key");

    client.post("/messages", "{" + content + "," + id + "}").expect(202);
    client
        .post("/messages/batch", "{\"messages\":[{" + content + "},{" + content + "}]}")
        .expect(202);
    await().until(client::head, head -> head == 3);
    for (var message : client.messages()) {
      assertThat(message.get("content").toString())
          .isEqualTo("{\"a\":{\"d\":3},\"b\":{\"c\":2},\"l\":[{\"e\":2}]}");
    }
  }
}
