package dev.chatmultischema.stream;

import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * Who reads whose messages.
 *
 * @param expiresAt until when the token that allowed it is accepted, by this node's clock
 */
record Access(UUID user, TenantId tenant, Instant expiresAt) {}
