package dev.chatmultischema.stream;

import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * Who reads whose messages.
 *
 * @param expiresAt when the token that allowed it does
 */
record Access(UUID user, TenantId tenant, Instant expiresAt) {}
