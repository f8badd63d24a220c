package dev.chatmultischema.amqp.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FailedMessageTest {

  private static final UUID ID = UUID.randomUUID();
  private static final byte[] BODY = "{}".getBytes(UTF_8);

  private static FailedMessage fail(AMQP.BasicProperties properties, Exception cause) {
    return FailedMessage.of(new Delivery(1, properties, BODY), ID, cause, "node-1");
  }

  private static AMQP.BasicProperties bare() {
    return new AMQP.BasicProperties.Builder().build();
  }

  @Test
  void describesTheFirstFailure() {
    long before = System.currentTimeMillis();
    var failed = fail(bare(), new IllegalStateException("refused"));
    assertThat(failed.attempts()).isEqualTo(1);
    assertThat(failed.body()).isEqualTo(BODY);
    assertThat(failed.properties().getMessageId()).isEqualTo(ID.toString());
    assertThat(failed.properties().getDeliveryMode()).isEqualTo(2);
    var headers = failed.properties().getHeaders();
    assertThat(headers)
        .containsOnlyKeys(
            "x-chat-attempts",
            "x-chat-first-failed-at",
            "x-chat-last-failed-at",
            "x-chat-error-class",
            "x-chat-error-message",
            "x-chat-node")
        .containsEntry("x-chat-attempts", 1)
        .containsEntry("x-chat-error-class", "java.lang.IllegalStateException")
        .containsEntry("x-chat-error-message", "refused")
        .containsEntry("x-chat-node", "node-1");
    assertThat((long) headers.get("x-chat-first-failed-at"))
        .isBetween(before, System.currentTimeMillis())
        .isEqualTo(headers.get("x-chat-last-failed-at"));
  }

  @Test
  void countsAttemptsAndKeepsTheTimeOfTheFirstFailure() {
    var failedBefore =
        bare()
            .builder()
            .headers(Map.of("x-chat-attempts", 2, "x-chat-first-failed-at", 1_000L))
            .build();
    var failed = fail(failedBefore, new IllegalStateException("again"));
    assertThat(failed.attempts()).isEqualTo(3);
    assertThat(failed.properties().getHeaders())
        .containsEntry("x-chat-attempts", 3)
        .containsEntry("x-chat-first-failed-at", 1_000L)
        .containsEntry("x-chat-error-message", "again");
    assertThat((long) failed.properties().getHeaders().get("x-chat-last-failed-at"))
        .isGreaterThan(1_000L);
  }

  @Test
  void namesTheDatabasesErrorAmongTheCauses() {
    var cause = new IllegalStateException("wrapper", new SQLException("value too long"));
    assertThat(fail(bare(), cause).properties().getHeaders())
        .containsEntry("x-chat-error-class", "java.sql.SQLException")
        .containsEntry("x-chat-error-message", "value too long");
  }

  @Test
  void shortensLongErrorMessages() {
    var cause = new IllegalStateException("x".repeat(501));
    assertThat(fail(bare(), cause).properties().getHeaders())
        .containsEntry("x-chat-error-message", "x".repeat(500) + "…");
  }

  @Test
  void goesToTheGivenRoute() {
    var outbound = fail(bare(), new IllegalStateException()).routedTo("exchange", "key");
    assertThat(outbound.exchange()).isEqualTo("exchange");
    assertThat(outbound.routingKey()).isEqualTo("key");
    assertThat(outbound.body()).isEqualTo(BODY);
  }
}
