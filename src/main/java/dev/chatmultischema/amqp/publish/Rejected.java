package dev.chatmultischema.amqp.publish;

import dev.chatmultischema.amqp.codec.OutboundMessage;
import java.util.List;

/**
 * The messages of a publication that the broker has not put into a queue.
 *
 * @param isRefused whether one of them was refused (basic.nack) and not only returned
 */
record Rejected(List<OutboundMessage> messages, boolean isRefused) {

  static final Rejected NONE = new Rejected(List.of(), false);

  boolean isEmpty() {
    return messages.isEmpty();
  }
}
