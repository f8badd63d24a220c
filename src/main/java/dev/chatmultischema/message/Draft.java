package dev.chatmultischema.message;

import java.time.Instant;
import java.util.UUID;

/**
 * A message on its way to be stored.
 *
 * @param senderId the user who sent it, or null where another AMQP producer did
 * @param createdAt when it was accepted, in milliseconds
 */
public record Draft(UUID messageId, UUID senderId, Content content, Instant createdAt) {}
