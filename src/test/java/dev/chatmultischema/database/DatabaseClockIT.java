package dev.chatmultischema.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.CommandLine;
import dev.chatmultischema.user.Role;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node whose clock is behind or ahead of the clock of the database. */
@Timeout(120)
@Tag("once")
class DatabaseClockIT {

  private static final int SKEW_SECONDS = 50;

  @ParameterizedTest
  @ValueSource(ints = {SKEW_SECONDS, -SKEW_SECONDS})
  void opensAndEndsStreamsOfTicketsByDurations(int ahead) throws Exception {
    try (var chat =
        ChatService.on(Backends.shared()).environment("DATABASE_URL", database(ahead)).start()) {
      var owner = chat.addUser(Role.USER, null);
      var tenant = chat.addTenant(chat.login(owner));
      var issued = Instant.now().plusSeconds(ahead);
      // Accepted for 15 s more, since it expired 45 s ago and clocks may differ by 60 s.
      var client = chat.as(ChatService.token(owner, Duration.ofSeconds(-45))).tenant(tenant);
      var ticket = client.post("/messages/stream/tickets").expect(201);
      assertThat(Instant.parse(ticket.text("/expires_at")))
          .isBetween(issued.plusSeconds(5), issued.plusSeconds(16));
      var stream = chat.anonymous().open("/messages/stream?ticket=" + ticket.text("/ticket"));
      try (var body = stream.body()) {
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(new String(body.readAllBytes(), UTF_8))
            .contains("event: ready", ": the token expired");
      }
      assertThat(Instant.now().plusSeconds(ahead))
          .isBetween(issued.plusSeconds(14), issued.plusSeconds(30));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {SKEW_SECONDS, -SKEW_SECONDS})
  void usesTheClockOfTheDatabaseForIdsAndTimes(int ahead) throws Exception {
    var database = database(ahead);
    try (var chat =
        ChatService.on(Backends.shared()).environment("DATABASE_URL", database).start()) {
      var admin = chat.asAdmin();
      var tenant = admin.post("/tenants", Map.of("tenant_name", "Elsewhen")).expect(201);
      assertTimes(tenant.text("/tenant_id"), tenant.text("/created_at"), ahead);
      var user =
          admin
              .post(
                  "/users",
                  Map.of("name", "N", "email", "n@example.com", "password", ChatService.PASSWORD))
              .expect(201);
      assertTimes(user.text("/user_id"), user.text("/created_at"), ahead);
      var added =
          CommandLine.run(
              Map.of("DATABASE_URL", database),
              ChatService.PASSWORD,
              "user add --email a@example.com --name A --role user config.yml".split(" "));
      assertThat(added.succeeded()).as(added.err()).isTrue();
      // The service runs in this process, and may have logged before.
      var id = added.out().lines().reduce((before, line) -> line).orElseThrow();
      var shown = admin.get("/users/" + id).expect(200);
      assertTimes(shown.text("/user_id"), shown.text("/created_at"), ahead);
    }
  }

  private static void assertTimes(String id, String createdAt, int ahead) {
    var there = Instant.now().plusSeconds(ahead);
    // The first 48 bits of a UUIDv7 are milliseconds (RFC 9562, section 5.7).
    var idTime = Instant.ofEpochMilli(UUID.fromString(id).getMostSignificantBits() >>> 16);
    assertThat(idTime).isCloseTo(there, within(30, ChronoUnit.SECONDS));
    assertThat(Instant.parse(createdAt)).isCloseTo(there, within(30, ChronoUnit.SECONDS));
  }

  /** Creates a database whose clock differs: functions before those of pg_catalog add seconds. */
  private static String database(int ahead) {
    var url = Backends.shared().newDatabase();
    var jdbi = ChatService.jdbi(url);
    jdbi.useHandle(
        handle -> {
          handle.execute("CREATE SCHEMA skewed");
          handle.execute("GRANT USAGE ON SCHEMA skewed TO PUBLIC");
          for (var clock : new String[] {"now", "clock_timestamp"}) {
            handle.execute(
                """
                CREATE FUNCTION skewed.%1$s() RETURNS timestamptz STABLE LANGUAGE sql
                AS $$ SELECT pg_catalog.%1$s() + interval '%2$d seconds' $$
                """
                    .formatted(clock, ahead));
          }
          handle.execute(
              "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, skewed,"
                  + " pg_catalog', current_database()); END $$");
        });
    return url;
  }
}
