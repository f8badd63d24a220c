package dev.chatmultischema.history;

import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.UUID;

/**
 * The receipt of an erasure.
 *
 * @param erasedMessages the number of stored messages whose content was replaced so far
 * @param erasedDeadLetters the number of dead letters whose content was replaced so far
 * @param completedAt null while messages are being erased
 */
@JsonSnakeCase
public record Erasure(
    UUID erasureId,
    TenantId tenantId,
    UUID senderId,
    Instant requestedAt,
    long erasedMessages,
    long erasedDeadLetters,
    Instant completedAt) {}
