package dev.chatmultischema.consumer.processing;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.amqp.codec.Delivery;
import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.amqp.codec.SenderHeaders;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;

/** Makes deliveries, and failures of the database. */
final class Deliveries {

  static final String OUTAGE = "08006";
  static final String CONFLICT = "40001";
  static final String REFUSED = "23514";
  static final String INVALID = "22P05";

  private static final TenantId TENANT = TenantId.create();

  private Deliveries() {}

  static DecodedDelivery of(long tag, String body) {
    return of(tag, body, new UUID(1, tag), Map.of());
  }

  static DecodedDelivery withAttempts(long tag, int attempts) {
    return of(tag, "{}", new UUID(1, tag), Map.of(MessageCodec.ATTEMPTS, attempts));
  }

  static DecodedDelivery of(long tag, UUID sender) {
    return of(tag, "{}", new UUID(1, tag), Map.of(MessageCodec.SENDER, sender.toString()));
  }

  static DecodedDelivery of(long tag, String body, UUID id, Map<String, Object> headers) {
    var properties =
        new AMQP.BasicProperties.Builder()
            .messageId(id.toString())
            .headers(new HashMap<>(headers))
            .build();
    return decoded(new Delivery(tag, properties, body.getBytes(StandardCharsets.UTF_8)));
  }

  /** Decodes a delivery and trusts the sender that it names. */
  static DecodedDelivery decoded(Delivery delivery) {
    var senders = new SenderHeaders(ChatService.signatures(), true);
    return DecodedDelivery.of(TENANT, delivery, senders);
  }

  static JdbiException failure(String sqlState) {
    return new JdbiException("failed", new SQLException("state " + sqlState, sqlState)) {};
  }
}
