package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.Delivery;
import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.amqp.codec.UnreadableHeaders;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.InvalidContent;
import java.time.Instant;
import java.util.UUID;

/**
 * A delivery on its way to be stored; its id is settled once, so that every try on this node is
 * made under the same.
 */
record DecodedDelivery(Delivery delivery, UUID messageId, UUID senderId, Instant acceptedAt) {

  /** SenderBuckets of a tenant: as many as a mask has bits. */
  static final int LANES = 64;

  static DecodedDelivery of(Delivery delivery) {
    var properties = delivery.properties();
    return new DecodedDelivery(
        delivery,
        MessageCodec.messageId(properties),
        MessageCodec.senderId(properties),
        MessageCodec.acceptedAt(properties));
  }

  long tag() {
    return delivery.tag();
  }

  /** Bytes of its body. */
  int size() {
    return delivery.body().length;
  }

  /** One of {@link #LANES}, always the same for one sender. */
  int lane() {
    return senderId == null ? 0 : senderId.hashCode() & (LANES - 1);
  }

  /**
   * Reads the content.
   *
   * @throws InvalidContent if it can never be stored
   * @throws UnreadableHeaders if its headers do not say whose message it is
   */
  Draft draft() throws InvalidContent, UnreadableHeaders {
    return new Draft(messageId, senderId, MessageCodec.content(delivery), acceptedAt);
  }
}
