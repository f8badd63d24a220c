package dev.chatmultischema.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.attack.FuzzWorld.Actor;
import dev.chatmultischema.attack.FuzzWorld.Room;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RandomJson;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Sends random requests of all users to all tenants, many of them damaged, and compares each
 * response with a model: nobody reads or writes beyond their rights, no request fails on the
 * server, and every accepted message is stored once in its own tenant.
 */
@ChatTest
class StatefulFuzzIT {

  private static final int REQUESTS = Integer.getInteger("fuzz.requests", 20_000);
  private static final int PROGRESS = 5_000;
  private static final int MAX_ROOMS = 12;
  private static final long SEED = Long.getLong("fuzz.seed", 13);

  @Started private static ChatService chat;

  private final Random random = new Random(SEED);
  private final RandomJson contents = new RandomJson(SEED);
  private final Map<Integer, Integer> statuses = new TreeMap<>();
  private final List<String> tickets = new ArrayList<>();
  private FuzzWorld world;
  private int requests;

  @Test
  void respondsAsTheModelExpects() {
    System.out.printf("Stateful fuzzing: %d requests, seed %d%n", REQUESTS, SEED);
    world = new FuzzWorld(chat, random);
    for (int printed = 0; requests < REQUESTS; ) {
      step();
      if (requests / PROGRESS > printed) {
        printed = requests / PROGRESS;
        System.out.printf("  %d requests, by status: %s%n", requests, statuses);
      }
    }
    for (var room : world.rooms()) {
      if (!room.isDeleted()) {
        awaitAllStored(room);
      }
    }
  }

  private void step() {
    var actor = world.actor();
    var room = world.roomFor(actor);
    switch (random.nextInt(40)) {
      case 0, 1, 2 -> postBatch(actor, room);
      case 3, 4, 5 -> postBadMessage(actor, room);
      case 6, 7, 8, 9, 10, 11 -> list(actor, room);
      case 12, 13, 14 -> read(actor, room);
      case 15, 16 -> postTicket(actor, room);
      case 17 -> openStream(actor, room);
      case 18, 19 -> useWrongToken(actor, room);
      case 20, 21 -> useWrongTenant(actor);
      case 22 -> resize(actor, room);
      case 23 -> readUsers(actor);
      case 24 -> changeRooms(actor, room);
      case 25 -> deactivate(actor);
      default -> post(actor, room);
    }
  }

  /** A client of an actor in a room, which records each response. */
  private ChatClient in(Actor actor, Room room) {
    return chat.as(actor.token()).tenant(room.id());
  }

  /** Checks a response whose status is one of those expected if the caller's token is accepted. */
  private Answer check(Actor actor, Answer answer, List<Integer> expected, String request) {
    requests++;
    statuses.merge(answer.status(), 1, Integer::sum);
    var described = "request %d of seed %d: %s".formatted(requests, SEED, request);
    if (!actor.isActive() && answer.status() == 401) {
      return answer;
    }
    assertThat(answer.status()).as("%s: %s", described, answer.body()).isIn(expected);
    return answer;
  }

  private Answer check(Actor actor, Room room, Answer answer, int ifAdmitted, String request) {
    boolean admitted = !room.isDeleted() && room.admits(actor);
    return check(actor, answer, List.of(admitted ? ifAdmitted : 403), request);
  }

  private void post(Actor actor, Room room) {
    var body = "{\"content\":" + contents.next().text() + "}";
    var answer = in(actor, room).post("/messages", body);
    if (check(actor, room, answer, 202, "POST " + body).status() == 202) {
      room.accepted().add(answer.text("/message_id"));
    }
  }

  private void postBatch(Actor actor, Room room) {
    var ids =
        IntStream.rangeClosed(0, random.nextInt(20)).mapToObj(i -> UUID.randomUUID()).toList();
    var messages =
        ids.stream()
            .map(id -> Map.of("message_id", id, "content", Map.of("n", random.nextInt())))
            .toList();
    var answer = in(actor, room).post("/messages/batch", Map.of("messages", messages));
    if (check(actor, room, answer, 202, "batch").status() == 202) {
      ids.forEach(id -> room.accepted().add(id.toString()));
    }
  }

  private void postBadMessage(Actor actor, Room room) {
    var good = "{\"content\":{\"text\":\"hello\",\"n\":[1,2.5,null]}}";
    var body =
        switch (random.nextInt(4)) {
          case 0 -> "{\"content\":" + world.pick(List.of("[]", "null", "1", "{\"a\":\"\\u0000\"}"));
          case 1 -> good.substring(0, random.nextInt(good.length()));
          case 2 -> "[".repeat(1 + random.nextInt(3_000));
          default -> good.replace("hello", "\\ud800");
        };
    var expected = List.of(400, 403, 422);
    check(actor, in(actor, room).post("/messages", body), expected, "bad message " + body);
  }

  private void list(Actor actor, Room room) {
    var query = "?limit=" + (1 + random.nextInt(500));
    boolean damaged = false;
    if (!room.cursors().isEmpty() && world.chance(2)) {
      var cursor = world.pick(room.cursors());
      damaged = world.chance(3);
      query += "&cursor=" + encode(damaged ? world.mutated(cursor) : cursor);
    } else if (world.chance(2)) {
      query += "&order=desc";
    }
    var answer = in(actor, room).get("/messages" + query);
    if (damaged) {
      check(actor, answer, List.of(200, 400, 403), "list " + query);
    } else {
      check(actor, room, answer, 200, "list " + query);
    }
    if (answer.status() == 200) {
      assertThat(answer.json().get("data"))
          .allMatch(message -> room.accepted().contains(message.get("message_id").asText()));
      room.cursors().add(answer.text("/next_cursor"));
    }
  }

  /** Reads a message of any room in this one. */
  private void read(Actor actor, Room room) {
    var accepted = List.copyOf(world.room().accepted());
    var id = accepted.isEmpty() || world.chance(4) ? "" + UUID.randomUUID() : world.pick(accepted);
    var answer = in(actor, room).get("/messages/" + id);
    boolean admitted = !room.isDeleted() && room.admits(actor);
    // An accepted message may not be stored yet.
    var expected = room.accepted().contains(id) ? List.of(200, 404) : List.of(404);
    check(actor, answer, admitted ? expected : List.of(403), "read " + id);
  }

  private void postTicket(Actor actor, Room room) {
    var answer = in(actor, room).post("/messages/stream/tickets");
    if (check(actor, room, answer, 201, "ticket").status() == 201) {
      tickets.add(answer.text("/ticket"));
    }
  }

  /** Opens a stream with a ticket, which is good once, or with a token. */
  private void openStream(Actor actor, Room room) {
    boolean damaged = world.chance(2);
    if (tickets.isEmpty() || world.chance(3)) {
      boolean admitted = !room.isDeleted() && room.admits(actor);
      open(actor, in(actor, room), "/messages/stream", List.of(admitted ? 200 : 403));
    } else if (damaged) {
      var ticket = encode(world.mutated(world.pick(tickets)));
      open(actor, chat.anonymous(), "/messages/stream?ticket=" + ticket, List.of(401));
    } else {
      var ticket = tickets.remove(random.nextInt(tickets.size()));
      var path = "/messages/stream?ticket=" + encode(ticket);
      // It may have expired, or its user or tenant may be gone.
      open(actor, chat.anonymous(), path, List.of(200, 401, 403));
      open(actor, chat.anonymous(), path, List.of(401));
    }
  }

  private void open(Actor actor, ChatClient client, String path, List<Integer> expected) {
    var response = client.open(path);
    try (var body = response.body()) {
      var text = response.statusCode() == 200 ? "" : new String(body.readAllBytes(), UTF_8);
      check(actor, new Answer(response.statusCode(), response.headers(), text), expected, path);
    } catch (IOException e) {
      throw new AssertionError("request %d of seed %d: %s".formatted(requests, SEED, path), e);
    }
  }

  private void useWrongToken(Actor actor, Room room) {
    var token = world.mutated(actor.token().substring(0, actor.token().lastIndexOf('.')));
    var signature = actor.token().substring(actor.token().lastIndexOf('.'));
    var client = chat.as(token + signature).tenant(room.id());
    check(actor, client.get("/messages"), List.of(401), "GET with " + token);
  }

  private void useWrongTenant(Actor actor) {
    var tenant = world.mutated(world.room().id().toString());
    var answer = chat.as(actor.token()).tenant(tenant).get("/messages");
    check(actor, answer, List.of(400, 403), "GET in tenant " + tenant);
  }

  private void resize(Actor actor, Room room) {
    var workers = Map.of("workers", 1 + random.nextInt(5));
    boolean owned = !room.isDeleted() && room.isOwnedBy(actor);
    // Nobody learns whether a tenant exists, admins excepted.
    var expected = owned ? List.of(200) : List.of(403, 404);
    var answer = chat.as(actor.token()).put("/tenants/" + room.id(), workers);
    check(actor, answer, expected, "resize");
  }

  private void readUsers(Actor actor) {
    var other = world.actor();
    boolean own = other == actor || actor.isAdmin();
    var answer = chat.as(actor.token()).get("/users/" + other.user().userId());
    var expected = own ? List.of(200, 404) : List.of(200, 403);
    check(actor, answer, expected, "user " + other.user());
    if (answer.status() == 200) {
      assertThat(answer.body()).doesNotContain("password").doesNotContain("$2");
    }
  }

  private void changeRooms(Actor actor, Room room) {
    if (world.rooms().size() < MAX_ROOMS) {
      world.addRoom();
    } else if (world.chance(20)) {
      boolean owned = !room.isDeleted() && room.isOwnedBy(actor);
      var answer = chat.as(actor.token()).delete("/tenants/" + room.id());
      check(actor, answer, owned ? List.of(204) : List.of(403, 404), "delete tenant");
      if (answer.status() == 204) {
        world.delete(room);
      }
    }
  }

  /** Lets an admin disable a user who owns nothing, rarely. */
  private void deactivate(Actor actor) {
    if (!actor.isAdmin() && actor.user().tenantId() != null && world.chance(100)) {
      chat.asAdmin().patch("/users/" + actor.user().userId(), Map.of("disabled", true)).expect(200);
      actor.deactivate();
    }
  }

  private void awaitAllStored(Room room) {
    var reader = chat.asAdmin().tenant(room.id());
    await("all messages of " + room.id())
        .atMost(Duration.ofMinutes(1))
        .until(() -> reader.head() >= room.accepted().size());
    var stored = reader.messages();
    assertThat(stored.stream().map(message -> message.get("message_id").asText()))
        .containsExactlyInAnyOrderElementsOf(room.accepted());
    assertThat(stored.stream().map(message -> message.get("seq").asInt()))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, stored.size()).boxed().toList());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
