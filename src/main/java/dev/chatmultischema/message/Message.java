package dev.chatmultischema.message;

import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.UUID;

/**
 * A stored message, as lists and streams show it.
 *
 * @param seq its place in the tenant's one order: 1, 2, 3 … without a gap
 * @param senderId the user who sent it, or null where another AMQP producer did
 */
@JsonSnakeCase
public record Message(
    UUID messageId, long seq, UUID senderId, Content content, Instant createdAt) {}
