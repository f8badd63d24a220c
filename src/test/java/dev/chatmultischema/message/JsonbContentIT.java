package dev.chatmultischema.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Content accepts exactly the JSON objects that this PostgreSQL can store, within the size limit.
 */
@Tag("once")
class JsonbContentIT {

  private static Jdbi jdbi;

  @BeforeAll
  static void connect() {
    jdbi = ChatService.jdbi(Backends.shared().newDatabase());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "-0.0",
        "0.000",
        "0e5",
        "-0e-3",
        "0.00e1",
        "0.000e-1",
        "1e-0",
        "1.0E+0005",
        "1E400",
        "-1e400",
        "1e-400",
        "1.10e1",
        "1.50e0",
        "100e-2",
        "123.456e1",
        "123.456e5",
        "1e131071",
        "1e131072",
        "-9e131071",
        "9.99e131071",
        "10e131070",
        "10e131071",
        "0.1e131072",
        "0.1e131073",
        "0.001e131074",
        "0.001e131075",
        "0e131072",
        "0.0e131072",
        "1e-16383",
        "1e-16384",
        "0e-16383",
        "0e-16384",
        "1.5e-16382",
        "1.5e-16383",
        "1.0e-16383",
        "0.0e-16382",
        "0.0e-16383",
        "1e1073741822",
        "0e1073741822",
        "0e1073741824",
        "-0e1073741824",
        "0e-1073741823",
        "0e2147483647",
        "0e2147483648",
        "0e-2147483649",
        "1e99999999999",
        "1e-99999999999",
        "0e99999999999999999999999",
        "0e00000000000000000000000000000000000000005",
        "1e999999999",
        "1e-999999999"
      })
  void measuresNumbersAsPostgresqlStoresThem(String number) {
    assertMeasured(number);
  }

  @Test
  void measuresAnyNumberAsPostgresqlStoresIt() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      assertMeasured(number(random), seed);
    }
  }

  private static String number(Random random) {
    var number = new StringBuilder(random.nextBoolean() ? "-" : "");
    number.append(random.nextInt(4) == 0 ? "0" : digits(random, random.nextInt(9) + 1, true));
    if (random.nextBoolean()) {
      number.append('.').append(digits(random, random.nextInt(9) + 1, false));
    }
    if (random.nextInt(4) > 0) {
      number.append(random.nextBoolean() ? "e" : "E");
      boolean near = random.nextBoolean();
      int sign = random.nextInt(3);
      number.append(sign == 0 ? "-" : sign == 1 ? "+" : "");
      int limit = sign == 0 ? 16_383 : 131_071;
      number.append(near ? limit + random.nextInt(24) - 12 : random.nextInt(200));
    }
    return number.toString();
  }

  private static String digits(Random random, int count, boolean noLeadingZero) {
    var digits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int digit = random.nextInt(3) == 0 ? 0 : random.nextInt(10);
      digits.append(i == 0 && noLeadingZero && digit == 0 ? 1 : digit);
    }
    return digits.toString();
  }

  private static void assertMeasured(String number) {
    assertMeasured(number, 0);
  }

  private static void assertMeasured(String number, long seed) {
    assertThat(NumericLength.of(number))
        .as("%s, seed %d".formatted(number, seed))
        .isEqualTo(
            kept("{\"n\":%s}".formatted(number))
                .map(text -> text.length() - "{\"n\": }".length())
                .orElse(NumericLength.OUT_OF_RANGE));
  }

  @Test
  void storesTheDeepestNestingThatIsAccepted() throws InvalidContent {
    var deep = "{\"a\":".repeat(500) + "[".repeat(500) + "]".repeat(500) + "}".repeat(500);
    assertThat(
            Content.ofJsonb(
                kept(Content.parse(deep.getBytes(UTF_8)).json()).orElseThrow().getBytes(UTF_8)))
        .isEqualTo(new Content(deep));
    var deeper = "{\"a\":" + deep + "}";
    assertThatThrownBy(() -> Content.parse(deeper.getBytes(UTF_8)))
        .isInstanceOf(InvalidContent.class);
  }

  @Test
  void neverGrowsBeyondItsBound() throws InvalidContent {
    var accepted = new ArrayList<String>();
    accepted.add("{\"n\":1e65529}");
    accepted.add("{\"n\":[" + "1e-1000,".repeat(64) + "1]}");
    accepted.add("{\"s\":\"" + "\\u0001".repeat(10_900) + "\"}");
    accepted.add("{\"n\":[" + "1,".repeat(32_000) + "1]}");
    for (var text : accepted) {
      var content = Content.parse(text.getBytes(UTF_8));
      var back = Content.ofJsonb(kept(content.json()).orElseThrow().getBytes(UTF_8));
      assertThat(back.json().getBytes(UTF_8)).hasSizeLessThanOrEqualTo(Content.MAX_BYTES);
    }
    for (var text :
        List.of(
            "{\"n\":1e65530}",
            "{\"n\":1e131071}",
            "{\"n\":[" + "1e-1000,".repeat(66) + "1]}",
            "{\"n\":[" + "1e131071,".repeat(7_000) + "1]}")) {
      assertThatThrownBy(() -> Content.parse(text.getBytes(UTF_8)))
          .isInstanceOf(InvalidContent.class)
          .hasMessageContaining("with its numbers written out");
    }
  }

  /** Returns the text that PostgreSQL prints of a value; empty if it cannot store it. */
  private static Optional<String> kept(String json) {
    try {
      return jdbi.withHandle(
          handle ->
              handle
                  .createQuery("SELECT CAST(CAST(:json AS jsonb) AS text)")
                  .bind("json", json)
                  .mapTo(String.class)
                  .findOne());
    } catch (UnableToExecuteStatementException e) {
      assertThat(DatabaseFault.of(e)).isEqualTo(DatabaseFault.INVALID);
      return Optional.empty();
    }
  }
}
