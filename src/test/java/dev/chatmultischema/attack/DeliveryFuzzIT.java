package dev.chatmultischema.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RandomJson;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Puts messages with random properties, headers and bodies into a tenant's queue: every one is
 * stored or dead-lettered, and the consumer goes on.
 */
@ChatTest(settings = "amqp.retryDelays=[50ms, 50ms]")
class DeliveryFuzzIT {

  private static final int MESSAGES = 3_000;
  private static final long SEED = Long.getLong("fuzz.seed", 13);
  private static final List<String> HEADERS =
      List.of(
          "x-chat-accepted-at",
          "x-chat-attempts",
          "x-chat-error-class",
          "x-chat-error-message",
          "x-chat-first-failed-at",
          "x-chat-last-failed-at",
          "x-chat-node",
          "x-chat-sender",
          "x-death",
          "x-delivery-count",
          "x-first-death-queue",
          "CC");

  @Started private static ChatService chat;
  @Started private static Broker broker;

  private final Random random = new Random(SEED);
  private final RandomJson contents = new RandomJson(SEED);

  @Test
  void storesOrDeadLettersEveryDelivery() throws Exception {
    System.out.printf("Deliveries: %d, seed %d%n", MESSAGES, SEED);
    var token = chat.adminToken();
    var tenant = chat.addTenant(token);
    var client = chat.as(token).tenant(tenant);
    var queue = Broker.queue(tenant.toString());
    var deadLetters = Broker.deadLetters(tenant.toString());
    int objects = 0;
    for (int i = 0; i < MESSAGES; i++) {
      boolean isObject = random.nextInt(3) > 0;
      objects += isObject ? 1 : 0;
      broker.put(queue, properties(), isObject ? object() : noObject());
    }
    long stored = objects;
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(List.of(client.head(), broker.depth(deadLetters), broker.depth(queue)))
                    .isEqualTo(List.of(stored, MESSAGES - stored, 0L)));
    System.out.printf("  %d stored, %d dead-lettered%n", stored, MESSAGES - stored);
    assertThat(client.messages().stream().map(message -> message.get("seq").asLong()))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, stored).boxed().toList());
    chat.admin().post("/tasks/list-dead-letters?limit=500&tenant=" + tenant).expect(200);
  }

  private byte[] object() {
    return contents.next().text().getBytes(UTF_8);
  }

  /** Returns bytes that are not one JSON object in UTF-8. */
  private byte[] noObject() {
    var object = contents.next().text();
    return switch (random.nextInt(5)) {
      case 0 -> new byte[0];
      case 1 -> ("[" + object + "]").getBytes(UTF_8);
      case 2 -> object.substring(0, object.length() - 1).getBytes(UTF_8);
      case 3 -> (object + "}").getBytes(UTF_8);
      default -> {
        var noise = new byte[1 + random.nextInt(300)];
        random.nextBytes(noise);
        noise[0] = (byte) 0xff;
        yield noise;
      }
    };
  }

  private AMQP.BasicProperties properties() {
    var properties = new AMQP.BasicProperties.Builder().deliveryMode(1 + random.nextInt(2));
    if (random.nextBoolean()) {
      properties.headers(headers());
    }
    if (random.nextBoolean()) {
      properties.messageId(
          random.nextInt(4) == 0 ? "x".repeat(200) + random.nextLong() : "" + UUID.randomUUID());
    }
    if (random.nextInt(3) == 0) {
      properties.timestamp(new Date(random.nextLong() / 1_000 * 1_000));
    }
    if (random.nextInt(3) == 0) {
      properties
          .contentType("text/" + random.nextInt())
          .contentEncoding("identity")
          .priority(random.nextInt(256))
          .replyTo("é".repeat(100))
          .correlationId("\u0000")
          .type("x".repeat(255))
          .appId("x");
    }
    return properties.build();
  }

  private Map<String, Object> headers() {
    var headers = new HashMap<String, Object>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      var name = HEADERS.get(random.nextInt(HEADERS.size()));
      // A sender-selected route is an array; anything else is refused by the broker itself.
      headers.put(name, name.equals("CC") ? List.of() : value(3));
    }
    return headers;
  }

  /**
   * Returns a value of a field table, without NaN and infinities, which RabbitMQ refuses, and
   * decimals with more than 127 places, of which the embedded broker makes unreadable messages.
   */
  private Object value(int depth) {
    return switch (random.nextInt(depth == 0 ? 8 : 10)) {
      case 0 -> random.nextInt();
      case 1 -> random.nextLong();
      case 2 -> random.nextDouble();
      case 3 -> new BigDecimal(random.nextInt()).movePointLeft(random.nextInt(100));
      case 4 -> new Date(random.nextLong() / 1_000 * 1_000);
      case 5 -> random.nextBoolean();
      case 6 -> UUID.randomUUID().toString();
      case 7 -> "é\u0000".repeat(random.nextInt(2_000));
      case 8 -> List.of(value(depth - 1), value(depth - 1));
      default -> Map.of("count", value(depth - 1), "reason", value(depth - 1));
    };
  }
}
