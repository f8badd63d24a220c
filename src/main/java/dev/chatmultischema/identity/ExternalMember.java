package dev.chatmultischema.identity;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * A member of one tenant, by a verified token of the tenant's own issuer.
 *
 * @param userId the member's id: the UUIDv5 of {@code sub} in the namespace of the tenant's id,
 *     which differs between tenants, also for one {@code sub}
 * @param sender the {@code sub} of the token, and its name or null
 * @param proof the registration and the key by which the token was verified
 * @param expiresAt the instant after which this node rejects the token, by its own clock
 */
public record ExternalMember(
    TenantId tenant, UUID userId, Sender sender, Proof proof, Instant expiresAt) {

  /** The version of UUIDs that name external members (RFC 9562, section 5.5). */
  private static final int NAME_BASED_SHA1 = 5;

  /**
   * What a token was verified by; it must be in force for the token to be valid.
   *
   * @param identityVersion the version of the tenant's {@link Identity}
   * @param keyHash identifies the key
   */
  public record Proof(long identityVersion, String keyHash) {}

  /** Returns the id of the member of a tenant whom a {@code sub} names. */
  static UUID id(TenantId tenant, String sub) {
    return UuidCreator.getNameBasedSha1(tenant.value(), sub);
  }

  /** Returns whether an id may be that of an external member; those of users have other forms. */
  public static boolean isExternalId(UUID id) {
    return id != null && id.version() == NAME_BASED_SHA1;
  }
}
