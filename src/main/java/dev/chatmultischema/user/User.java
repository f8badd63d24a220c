package dev.chatmultischema.user;

import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.UUID;

/**
 * A person or a program with an account.
 *
 * @param tenantId the tenant that the user is a member of, or null
 * @param disabled whether logins and all tokens of the user are refused
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
