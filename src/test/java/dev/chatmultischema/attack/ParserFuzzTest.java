package dev.chatmultischema.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.message.MessageCursor;
import dev.chatmultischema.url.InvalidUrl;
import dev.chatmultischema.url.ServerUrl;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Damages text that the service parses: the parser refuses it with the error that it documents. */
class ParserFuzzTest {

  private static final int TEXTS = 200_000;
  private static final long SEED = Long.getLong("fuzz.seed", 13);
  private static final String PASSWORD = "s3cr3tpassw0rd";
  private static final String CHARACTERS = "\u0000 \t\n/:@?#[]%&=+.,;_-~\"'<>\\09azAZé\u2028\ud800";

  private final Random random = new Random(SEED);

  @Test
  void refusesUrlsWithoutNamingThePassword() {
    var urls =
        List.of(
            "amqp://chat:" + PASSWORD + "@broker-1:5672/vhost",
            "amqp://chat:" + PASSWORD + "@[2001:db8::1]:5672/%2f?a=b",
            "amqp://" + PASSWORD + "@host/");
    int refused = 0;
    for (int i = 0; i < TEXTS; i++) {
      var text = damaged(urls.get(random.nextInt(urls.size())));
      try {
        var url = ServerUrl.parse("RABBITMQ_URL", text, Map.of("amqp", 5672));
        assertThat(url.toString()).as(text).doesNotContain(PASSWORD + "@");
      } catch (InvalidUrl e) {
        refused++;
        assertThat(e.getMessage()).as(text).startsWith("RABBITMQ_URL").doesNotContain(PASSWORD);
      }
    }
    print("URLs", refused);
    assertThat(refused).isBetween(1, TEXTS - 1);
  }

  @Test
  void readsCursorsInTheirOwnFormOnly() {
    int refused = 0;
    for (int i = 0; i < TEXTS; i++) {
      var cursor =
          new MessageCursor(
              random.nextBoolean() ? MessageCursor.Order.ASC : MessageCursor.Order.DESC,
              1 + random.nextInt(3),
              random.nextLong(Long.MAX_VALUE) >> random.nextInt(63));
      assertThat(MessageCursor.fromString(cursor.toString())).isEqualTo(cursor);
      var text = damaged(cursor.toString());
      try {
        assertThat(MessageCursor.fromString(text).seq()).isNotNegative();
      } catch (IllegalArgumentException e) {
        refused++;
        assertThat(e).hasMessage("must come from next_cursor");
      }
    }
    print("cursors", refused);
    assertThat(refused).isBetween(1, TEXTS - 1);
  }

  @Test
  void readsIdsInTheirOwnFormOnly() {
    int refused = 0;
    for (int i = 0; i < TEXTS; i++) {
      var id = new UUID(random.nextLong(), random.nextLong());
      assertThat(StrictUuid.parse(id.toString())).contains(id);
      var text = damaged(id.toString());
      var parsed = StrictUuid.parse(text);
      if (parsed.isEmpty()) {
        refused++;
      } else {
        assertThat(parsed.get()).hasToString(text.toLowerCase(Locale.ROOT));
      }
    }
    print("ids", refused);
    assertThat(refused).isBetween(1, TEXTS - 1);
  }

  /** Returns the text with up to three characters replaced, inserted, removed or repeated. */
  private String damaged(String text) {
    var damaged = new StringBuilder(text);
    for (int changes = random.nextInt(3); changes >= 0 && !damaged.isEmpty(); changes--) {
      int at = random.nextInt(damaged.length());
      char other = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
      switch (random.nextInt(4)) {
        case 0 -> damaged.setCharAt(at, other);
        case 1 -> damaged.insert(at, other);
        case 2 -> damaged.deleteCharAt(at);
        default -> damaged.insert(at, damaged.substring(at));
      }
    }
    return damaged.toString();
  }

  private static void print(String what, int refused) {
    System.out.printf("%,d %s, seed %d: %,d refused%n", TEXTS, what, SEED, refused);
  }
}
