package dev.chatmultischema.message;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.chatmultischema.identity.Sender;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.UUID;

/**
 * A stored message, in the form that lists and streams return.
 *
 * @param seq the position in the tenant's order: 1, 2, 3 … without a gap
 * @param senderId the id of the sender, or null if the message came from another AMQP producer
 * @param sender names the sender if a token of the tenant's own issuer does; else null, and absent
 *     in JSON
 * @param createdAt the time of acceptance, in whole milliseconds
 */
@JsonSnakeCase
public record Message(
    UUID messageId,
    long seq,
    UUID senderId,
    @JsonInclude(JsonInclude.Include.NON_NULL) Sender sender,
    Content content,
    Instant createdAt,
    @JsonIgnore int epoch) {

  /** Creates a message whose sender is a user, or unknown. */
  public Message(UUID messageId, long seq, UUID senderId, Content content, Instant createdAt) {
    this(messageId, seq, senderId, null, content, createdAt, Position.FIRST_EPOCH);
  }

  /** Returns a copy with a sender, or null. */
  Message from(Sender named) {
    return new Message(messageId, seq, senderId, named, content, createdAt, epoch);
  }
}
