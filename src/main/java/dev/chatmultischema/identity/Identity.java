package dev.chatmultischema.identity;

import dev.chatmultischema.identity.jwks.KeySet;
import dev.chatmultischema.tenant.TenantId;
import java.net.URI;
import java.util.Optional;

/**
 * The registration of an issuer whose tokens are those of a tenant's members.
 *
 * @param version changes with each change of the registration; a later one is greater
 * @param audience the value that {@code aud} of a token must have or contain
 * @param jwksUrl the URL of the issuer's keys; empty if the keys were registered
 * @param keys the registered keys, or those last fetched by any node
 */
public record Identity(
    TenantId tenant,
    long version,
    String issuer,
    Optional<String> audience,
    Optional<URI> jwksUrl,
    KeySet keys) {}
