package dev.chatmultischema.auth;

import dev.chatmultischema.tenant.TenantId;
import java.util.Optional;

/**
 * The credentials of a request.
 *
 * @param token the bearer token
 * @param tenant the tenant that the request names, by whose issuer the token may be signed
 */
public record BearerCredentials(String token, Optional<TenantId> tenant) {

  /** Returns the credentials of a header's value; empty if it is null. */
  public static Optional<BearerCredentials> of(String authorization, Optional<TenantId> tenant) {
    return Optional.ofNullable(BearerToken.of(authorization))
        .map(token -> new BearerCredentials(token, tenant));
  }
}
