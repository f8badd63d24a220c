package dev.chatmultischema.amqp.codec;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.LongString;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.signing.Signatures;
import dev.chatmultischema.signing.Signer;
import dev.chatmultischema.tenant.TenantId;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;

/**
 * Signs the header that names the sender of a message, and verifies it: other producers may publish
 * to a tenant's queue, but not as one of its users. The signature covers tenant, message id,
 * sender, time of acceptance and body, which retries, dead letters and replays leave unchanged.
 */
public final class SenderHeaders {

  /** The header with the signature. */
  public static final String SIGNATURE = "x-chat-signature";

  private static final String PURPOSE = "amqp sender";
  private static final int CONTEXT_BYTES = 3 * 16 + Long.BYTES;

  private final Signer signer;
  private final boolean trustsUnsigned;

  /**
   * @param trustsUnsigned whether a message without a signature may name a sender, as those of
   *     earlier versions do
   */
  public SenderHeaders(Signatures signatures, boolean trustsUnsigned) {
    this.signer = signatures.forPurpose(PURPOSE);
    this.trustsUnsigned = trustsUnsigned;
  }

  /** Adds the sender of a message and the signature to its headers, unless it has no sender. */
  void add(Map<String, Object> headers, TenantId tenant, Draft draft, byte[] body) {
    if (draft.senderId() != null) {
      long acceptedAt = draft.createdAt().toEpochMilli();
      var context = context(tenant, draft.messageId(), draft.senderId(), acceptedAt);
      headers.put(MessageCodec.SENDER, draft.senderId().toString());
      headers.put(SIGNATURE, Signer.text(signer.sign(context, body, 0)));
    }
  }

  /** Returns the user who sent a message; null if it names none, or if it is not to be trusted. */
  public UUID sender(TenantId tenant, UUID messageId, Delivery delivery) {
    var properties = delivery.properties();
    var sender = MessageCodec.namedSender(properties);
    if (sender == null) {
      return null;
    }
    var signature = MessageCodec.header(properties, SIGNATURE);
    if (signature == null) {
      return trustsUnsigned ? sender : null;
    }
    return isSigned(tenant, messageId, sender, signature, delivery) ? sender : null;
  }

  private boolean isSigned(
      TenantId tenant, UUID messageId, UUID sender, Object signature, Delivery delivery) {
    AMQP.BasicProperties properties = delivery.properties();
    return (signature instanceof LongString || signature instanceof String)
        && MessageCodec.header(properties, MessageCodec.ACCEPTED_AT) instanceof Long acceptedAt
        && signer.verify(
            Signer.bytes(signature.toString()),
            context(tenant, messageId, sender, acceptedAt),
            delivery.body(),
            0);
  }

  private static byte[] context(TenantId tenant, UUID message, UUID sender, long acceptedAt) {
    return ByteBuffer.allocate(CONTEXT_BYTES)
        .putLong(tenant.value().getMostSignificantBits())
        .putLong(tenant.value().getLeastSignificantBits())
        .putLong(message.getMostSignificantBits())
        .putLong(message.getLeastSignificantBits())
        .putLong(sender.getMostSignificantBits())
        .putLong(sender.getLeastSignificantBits())
        .putLong(acceptedAt)
        .array();
  }
}
