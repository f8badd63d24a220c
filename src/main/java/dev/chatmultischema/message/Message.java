package dev.chatmultischema.message;

import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.UUID;

/**
 * A stored message, in the form that lists and streams return.
 *
 * @param seq the position in the tenant's order: 1, 2, 3 … without a gap
 * @param senderId the id of the sender, or null if the message came from another AMQP producer
 * @param createdAt the time of acceptance, in whole milliseconds
 */
@JsonSnakeCase
public record Message(
    UUID messageId, long seq, UUID senderId, Content content, Instant createdAt) {}
