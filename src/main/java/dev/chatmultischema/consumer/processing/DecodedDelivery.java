package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.Delivery;
import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.amqp.codec.SenderHeaders;
import dev.chatmultischema.amqp.codec.UnreadableHeaders;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.InvalidContent;
import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * A delivery with its decoded properties. The id is decoded once, and assigned if the producer set
 * none, so that every attempt on this node stores the message under the same id.
 */
record DecodedDelivery(Delivery delivery, UUID messageId, UUID senderId, Instant acceptedAt) {

  /** The number of sender buckets of a tenant: the bits of a {@code long}. */
  static final int SENDER_BUCKETS = Long.SIZE;

  static DecodedDelivery of(TenantId tenant, Delivery delivery, SenderHeaders senders) {
    var properties = delivery.properties();
    var messageId = MessageCodec.messageId(properties);
    return new DecodedDelivery(
        delivery,
        messageId,
        senders.sender(tenant, messageId, delivery),
        MessageCodec.acceptedAt(properties));
  }

  /** Returns the delivery with another content, as a message of its sender. */
  DecodedDelivery with(TenantId tenant, Content content, SenderHeaders senders) {
    return new DecodedDelivery(
        MessageCodec.replaced(tenant, delivery, senderId, content, senders),
        messageId,
        senderId,
        acceptedAt);
  }

  /** Returns the delivery tag. */
  long tag() {
    return delivery.tag();
  }

  /** Returns the length of the body in bytes. */
  int size() {
    return delivery.body().length;
  }

  /** Returns the number of failed attempts before this delivery. */
  int failedAttempts() {
    return MessageCodec.attempts(delivery.properties());
  }

  /** Returns the sender's bucket, from 0 to 63; all deliveries of a sender have the same. */
  int senderBucket() {
    return senderId == null ? 0 : senderId.hashCode() & (SENDER_BUCKETS - 1);
  }

  /**
   * Decodes the content.
   *
   * @throws InvalidContent if the content can never be stored
   * @throws UnreadableHeaders if the headers do not name the sender
   */
  Draft draft() throws InvalidContent, UnreadableHeaders {
    return new Draft(messageId, senderId, MessageCodec.content(delivery), acceptedAt);
  }
}
