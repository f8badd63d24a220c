package dev.chatmultischema.amqp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.logging.RequestTrace;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

  private static final SenderHeaders SENDERS = new SenderHeaders(ChatService.signatures(), false);
  private static final AMQP.BasicProperties BARE = new AMQP.BasicProperties.Builder().build();

  @Test
  void decodesEncodedMessages() {
    var draft =
        new Draft(
            UUID.randomUUID(),
            UUID.randomUUID(),
            new Content("{\"text\":\"höi\"}"),
            Instant.now().truncatedTo(ChronoUnit.MILLIS));
    var tenant = TenantId.create();
    var trace =
        RequestTrace.parse("web-17", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    var outbound = MessageCodec.encode(tenant, draft, trace, SENDERS);

    assertThat(outbound.routingKey()).isEqualTo("tenant_" + tenant + "_queue");
    assertThat(outbound.properties().getDeliveryMode()).isEqualTo(2);
    assertThat(outbound.properties().getContentType()).isEqualTo("application/json");
    assertThat(outbound.properties().getTimestamp()).isNotNull();
    assertThat(MessageCodec.messageId(outbound.properties())).isEqualTo(draft.messageId());
    assertThat(MessageCodec.namedSender(outbound.properties())).isEqualTo(draft.senderId());
    assertThat(MessageCodec.acceptedAt(outbound.properties())).isEqualTo(draft.createdAt());
    assertThat(MessageCodec.trace(outbound.properties())).isEqualTo(trace);
    assertThat(new String(outbound.body(), StandardCharsets.UTF_8))
        .isEqualTo(draft.content().json());
  }

  @Test
  void decodesAMessageWithoutProperties() {
    assertThat(MessageCodec.messageId(BARE)).isNotEqualTo(MessageCodec.messageId(BARE));
    assertThat(MessageCodec.namedSender(BARE)).isNull();
    assertThat(MessageCodec.attempts(BARE)).isZero();
    assertThat(MessageCodec.trace(BARE)).isEqualTo(RequestTrace.NONE);
    assertThat(MessageCodec.acceptedAt(BARE))
        .isBetween(Instant.now().minusSeconds(5), Instant.now());
  }

  @Test
  void derivesEqualIdsFromEqualForeignIds() {
    var properties = BARE.builder().messageId("order-17").build();
    assertThat(MessageCodec.messageId(properties)).isEqualTo(MessageCodec.messageId(properties));
  }

  @Test
  void ignoresATimeInTheFarFuture() {
    var properties = BARE.builder().timestamp(new Date(Long.MAX_VALUE)).build();
    assertThat(MessageCodec.acceptedAt(properties))
        .isBefore(Instant.now().plus(Duration.ofMinutes(1)));
  }

  @Test
  void ignoresATraceThatCannotBeLogged() {
    var forged = Map.<String, Object>of("x-chat-request-id", "a\nERROR b", "traceparent", 7);
    assertThat(MessageCodec.trace(BARE.builder().headers(forged).build()))
        .isEqualTo(RequestTrace.NONE);
  }

  @Test
  void readsAttemptsOfAnyNumberType() {
    var properties = BARE.builder().headers(Map.of(MessageCodec.ATTEMPTS, 3L)).build();
    assertThat(MessageCodec.attempts(properties)).isEqualTo(3);
  }

  @Test
  void boundsAttemptsThatAreNoFiniteNumber() {
    assertThat(attempts(Double.NaN)).isZero();
    assertThat(attempts(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(attempts(Float.POSITIVE_INFINITY)).isEqualTo(1_000_000);
  }

  private static int attempts(Object value) {
    return MessageCodec.attempts(
        BARE.builder().headers(Map.of(MessageCodec.ATTEMPTS, value)).build());
  }
}
