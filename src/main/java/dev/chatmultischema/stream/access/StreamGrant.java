package dev.chatmultischema.stream.access;

import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.identity.ExternalMember;
import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The permission of a user to read a tenant's messages.
 *
 * @param tokenVersion the version of the token that the grant was given for
 * @param expiresAt the time at which its token expires, by this node's clock
 * @param proof what the token of an external member was verified by; empty for a user
 */
public record StreamGrant(
    UUID user,
    int tokenVersion,
    TenantId tenant,
    Instant expiresAt,
    Optional<ExternalMember.Proof> proof) {

  public StreamGrant(UUID user, int tokenVersion, TenantId tenant, Instant expiresAt) {
    this(user, tokenVersion, tenant, expiresAt, Optional.empty());
  }

  /** Returns the grant of an authorized caller. */
  public static StreamGrant of(Caller caller, TenantId tenant) {
    return new StreamGrant(
        caller.userId(),
        caller.user().tokenVersion(),
        tenant,
        caller.expiresAt(),
        caller.external().map(ExternalMember::proof));
  }
}
