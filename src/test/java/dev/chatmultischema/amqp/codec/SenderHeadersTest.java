package dev.chatmultischema.amqp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.logging.RequestTrace;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.signing.Signatures;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SenderHeadersTest {

  private static final byte[] FORMER = secret("the secret of all nodes until yesterday");
  private static final byte[] CURRENT = secret("the secret of all nodes from now on, longer");

  private final TenantId tenant = TenantId.create();
  private final Draft draft =
      new Draft(
          UUID.randomUUID(),
          UUID.randomUUID(),
          new Content("{\"text\":\"hello\"}"),
          Instant.now().truncatedTo(ChronoUnit.MILLIS));
  private final SenderHeaders senders = senders(FORMER);
  private final OutboundMessage message =
      MessageCodec.encode(tenant, draft, RequestTrace.NONE, senders);

  @Test
  void trustsTheSenderOfItsOwnMessages() {
    assertThat(sender(senders, tenant, message.properties(), message.body()))
        .isEqualTo(draft.senderId());
  }

  @Test
  void trustsThemAfterFailuresAndAReplay() {
    var failed =
        FailedMessage.of(
            new Delivery(1, message.properties(), message.body()),
            draft.messageId(),
            new IllegalStateException("no"),
            "node");
    assertThat(sender(senders, tenant, failed.properties(), failed.body()))
        .isEqualTo(draft.senderId());
    var headers = MessageCodec.ownHeaders(failed.properties());
    headers.keySet().removeAll(FailedMessage.FAILURE_HEADERS);
    var replayed = MessageCodec.republished(failed.properties(), headers).build();
    assertThat(sender(senders, tenant, replayed, failed.body())).isEqualTo(draft.senderId());
  }

  @Test
  void trustsNobodyElse() {
    var properties = message.properties();
    var unsigned = Map.<String, Object>of(MessageCodec.SENDER, UUID.randomUUID().toString());
    assertThat(sender(senders, tenant, with(unsigned), message.body())).isNull();
    assertThat(sender(senders, TenantId.create(), properties, message.body())).isNull();
    assertThat(sender(senders, tenant, properties, "{}".getBytes(StandardCharsets.UTF_8))).isNull();
    var otherId = properties.builder().messageId(UUID.randomUUID().toString()).build();
    assertThat(sender(senders, tenant, otherId, message.body())).isNull();
    for (var changed :
        Map.<String, Object>of(
                MessageCodec.SENDER,
                UUID.randomUUID().toString(),
                MessageCodec.ACCEPTED_AT,
                1L,
                SenderHeaders.SIGNATURE,
                "A".repeat(22))
            .entrySet()) {
      var headers = new HashMap<>(properties.getHeaders());
      headers.put(changed.getKey(), changed.getValue());
      assertThat(
              sender(
                  senders, tenant, properties.builder().headers(headers).build(), message.body()))
          .as(changed.getKey())
          .isNull();
    }
    for (var nonsense : List.of(1, "", Map.of(), "é".repeat(22), new byte[22])) {
      var headers = new HashMap<>(properties.getHeaders());
      headers.put(SenderHeaders.SIGNATURE, nonsense);
      assertThat(
              sender(
                  senders, tenant, properties.builder().headers(headers).build(), message.body()))
          .isNull();
    }
  }

  @Test
  void trustsWhatFormerSecretsHaveSigned() {
    assertThat(sender(senders(CURRENT, FORMER), tenant, message.properties(), message.body()))
        .isEqualTo(draft.senderId());
    assertThat(sender(senders(CURRENT), tenant, message.properties(), message.body())).isNull();
  }

  @Test
  void trustsUnsignedSendersIfConfigured() {
    var trusting = new SenderHeaders(new Signatures(List.of(FORMER)), true);
    var sender = UUID.randomUUID();
    assertThat(
            sender(
                trusting,
                tenant,
                with(Map.of(MessageCodec.SENDER, sender.toString())),
                message.body()))
        .isEqualTo(sender);
    var forged =
        Map.<String, Object>of(
            MessageCodec.SENDER, sender.toString(), SenderHeaders.SIGNATURE, "A".repeat(22));
    assertThat(sender(trusting, tenant, with(forged), message.body())).isNull();
  }

  private AMQP.BasicProperties with(Map<String, Object> headers) {
    return message.properties().builder().headers(headers).build();
  }

  private static UUID sender(
      SenderHeaders senders, TenantId tenant, AMQP.BasicProperties properties, byte[] body) {
    return senders.sender(
        tenant, MessageCodec.messageId(properties), new Delivery(1, properties, body));
  }

  private static SenderHeaders senders(byte[]... secrets) {
    return new SenderHeaders(new Signatures(List.of(secrets)), false);
  }

  private static byte[] secret(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
