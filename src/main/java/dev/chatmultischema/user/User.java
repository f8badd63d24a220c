package dev.chatmultischema.user;

import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.UUID;

/**
 * A person or program that may log in.
 *
 * @param tenantId the tenant it is a member of, or null
 * @param disabled whether logging in, and every token given out before, is refused
 */
@JsonSnakeCase
public record User(
    UUID userId,
    String name,
    String email,
    Role role,
    TenantId tenantId,
    boolean disabled,
    Instant createdAt) {}
