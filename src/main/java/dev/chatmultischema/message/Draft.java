package dev.chatmultischema.message;

import java.time.Instant;
import java.util.UUID;

/**
 * An accepted message without a {@code seq}. It is published to the tenant's queue; its consumer
 * stores it.
 *
 * @param senderId the id of the sender, or null if the message came from another AMQP producer
 * @param createdAt the time of acceptance, in whole milliseconds
 */
public record Draft(UUID messageId, UUID senderId, Content content, Instant createdAt) {}
