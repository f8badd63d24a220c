package dev.chatmultischema.stream.access;

import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * The permission of a user to read a tenant's messages.
 *
 * @param tokenVersion the version of the token that the grant was given for
 * @param expiresAt the time at which its token expires, by this node's clock
 */
public record StreamGrant(UUID user, int tokenVersion, TenantId tenant, Instant expiresAt) {}
