package dev.chatmultischema.amqp.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import dev.chatmultischema.amqp.codec.Delivery;
import dev.chatmultischema.amqp.codec.FailedMessage;
import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.logging.RequestTrace;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

  private static final TenantId TENANT = TenantId.create();

  @Test
  void isReplayedWithoutFailureHeaders() {
    var headers =
        Map.<String, Object>of(
            MessageCodec.SENDER, "sender", MessageCodec.ACCEPTED_AT, 5L, "x-of-others", "kept");
    var accepted =
        new AMQP.BasicProperties.Builder().messageId("id").priority(3).headers(headers).build();
    var failed =
        FailedMessage.of(
            new Delivery(1, accepted, body("{}")),
            UUID.randomUUID(),
            new IllegalStateException("refused"),
            "node");
    var replayed = DeadLetter.replayed(TENANT, dead(failed.properties(), "{}"));
    assertThat(replayed.exchange()).isEmpty();
    assertThat(replayed.routingKey()).isEqualTo(MessageTopology.queue(TENANT));
    assertThat(replayed.properties().getHeaders()).isEqualTo(headers);
    assertThat(replayed.properties().getMessageId()).isEqualTo(failed.properties().getMessageId());
    assertThat(replayed.properties().getPriority()).isEqualTo(3);
    assertThat(replayed.properties().getDeliveryMode()).isEqualTo(2);
  }

  /** All headers are sent in one frame, which must have space for the failure headers too. */
  @Test
  void dropsForeignHeadersThatAreTooLarge() {
    var sender = UUID.randomUUID().toString();
    var headers =
        Map.<String, Object>of(
            MessageCodec.SENDER, sender, "x-of-others", "x".repeat(130_000), "x-small", "x");
    var failed =
        FailedMessage.of(
            new Delivery(
                1, new AMQP.BasicProperties.Builder().headers(headers).build(), body("no JSON")),
            UUID.randomUUID(),
            new IllegalStateException("refused"),
            "node");
    assertThat(failed.properties().getHeaders())
        .containsEntry(MessageCodec.SENDER, sender)
        .containsEntry(MessageCodec.ATTEMPTS, 1)
        .containsEntry(FailedMessage.ERROR_MESSAGE, "refused")
        .doesNotContainKeys("x-of-others", "x-small");
  }

  @Test
  void dropsHeadersThatTheBrokerWouldActOn() {
    var properties =
        new AMQP.BasicProperties.Builder()
            .messageId("id")
            .expiration("10")
            .userId("somebody")
            .headers(
                Map.of(
                    "x-death",
                    List.of(Map.of("count", 99L)),
                    "x-first-death-queue",
                    "q",
                    "x-last-death-reason",
                    "expired",
                    "x-delivery-count",
                    19L,
                    "CC",
                    List.of("another_queue")))
            .build();
    var replayed = DeadLetter.replayed(TENANT, dead(properties, "{}")).properties();
    assertThat(replayed.getHeaders()).isEmpty();
    assertThat(replayed.getExpiration()).isNull();
    assertThat(replayed.getUserId()).isNull();
  }

  @Test
  void isReplayedWithANewIdIfItHasNone() {
    var bare = dead(new AMQP.BasicProperties(), "{}");
    assertThat(
            UUID.fromString(DeadLetter.replayed(TENANT, bare).properties().getMessageId())
                .version())
        .isEqualTo(7);
  }

  @Test
  void leavesUnknownComponentsNull() {
    var letter =
        DeadLetter.of(
            dead(
                new AMQP.BasicProperties.Builder()
                    .headers(
                        Map.of(
                            MessageCodec.ATTEMPTS, "many", FailedMessage.FIRST_FAILED_AT, "never"))
                    .build(),
                "{}"));
    assertThat(letter)
        .isEqualTo(
            new DeadLetter(null, 0, null, null, null, null, null, RequestTrace.NONE, 2, "{}"));
  }

  @Test
  void shortensABodyBetweenCharacters() {
    assertThat(DeadLetter.of(dead(new AMQP.BasicProperties(), "👍".repeat(201))).body())
        .isEqualTo("👍".repeat(DeadLetter.MAX_BODY) + "…");
    assertThat(DeadLetter.of(dead(new AMQP.BasicProperties(), "👍".repeat(200))).body())
        .isEqualTo("👍".repeat(DeadLetter.MAX_BODY));
  }

  private static GetResponse dead(AMQP.BasicProperties properties, String body) {
    return new GetResponse(new Envelope(1, false, "", "key"), properties, body(body), 0);
  }

  private static byte[] body(String text) {
    return text.getBytes(UTF_8);
  }
}
