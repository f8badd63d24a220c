package dev.chatmultischema.identity;

import com.auth0.jwt.JWT;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.identity.jwks.VerificationKey;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Verifies tokens (RFC 7519) of the tenants' own issuers, as RFC 8725 recommends: the registration
 * decides on the issuer and the audience, and the key on the algorithm.
 *
 * <p>A token is verified once and then cached, with the key and the version of the registration;
 * each call checks that both are still in force, and the expiry.
 */
public final class ExternalTokens {

  /** The tolerated difference between the clocks of the issuer and of this node. */
  static final Duration LEEWAY = Duration.ofSeconds(60);

  /** The time between two fetches that tokens with unknown keys cause for one tenant. */
  private static final Duration MIN_FETCH_INTERVAL = Duration.ofSeconds(5);

  private static final Duration MAX_WAIT = Duration.ofSeconds(2);

  /** The threads that may wait for keys at once, of 38 that may block. */
  private static final int MAX_WAITING = 4;

  private static final int MAX_CACHED = 20_000;
  private static final int MAX_SUB = 255;

  private final IssuerDirectory issuers;
  private final Duration maxLifetime;
  private final Semaphore waiting = new Semaphore(MAX_WAITING);
  private final Cache<Key, ExternalMember> verified =
      Caffeine.newBuilder().maximumSize(MAX_CACHED).build();

  private record Key(TenantId tenant, String token) {}

  /**
   * @param maxLifetime the lifetime beyond which a token is refused
   */
  ExternalTokens(IssuerDirectory issuers, Duration maxLifetime) {
    this.issuers = issuers;
    this.maxLifetime = maxLifetime;
  }

  /**
   * Returns the member of a tenant whom a token of the tenant's issuer names, or empty if the token
   * is not valid there. If no key of the issuer fits the token, its keys are fetched again, and the
   * call waits up to 2 s for that.
   *
   * @throws IdentityUnavailable if no key of the issuer could be fetched until now
   * @throws org.jdbi.v3.core.JdbiException if the registration is not cached and the query fails
   */
  public Optional<ExternalMember> verify(TenantId tenant, String token) {
    return cached(tenant, token).or(() -> verifyAnew(tenant, token));
  }

  /** Returns the member of a token that was verified before and is still valid; does not block. */
  public Optional<ExternalMember> cached(TenantId tenant, String token) {
    return Optional.ofNullable(verified.getIfPresent(new Key(tenant, token)))
        .filter(member -> issuers.isInForce(tenant, member.proof()))
        .filter(member -> Instant.now().isBefore(member.expiresAt()));
  }

  private Optional<ExternalMember> verifyAnew(TenantId tenant, String token) {
    DecodedJWT jwt;
    try {
      jwt = JWT.decode(token);
    } catch (JWTDecodeException malformed) {
      return Optional.empty();
    }
    var issuer =
        issuers.find(tenant).filter(known -> known.identity().issuer().equals(jwt.getIssuer()));
    if (issuer.isEmpty() || !isAcceptable(issuer.get().identity(), jwt)) {
      return Optional.empty();
    }
    var member = key(issuer.get(), jwt).map(key -> member(issuer.get().identity(), key, jwt));
    member.ifPresent(found -> verified.put(new Key(tenant, token), found));
    return member;
  }

  /** Checks all but the signature, whose verification takes longest. */
  private boolean isAcceptable(Identity identity, DecodedJWT jwt) {
    // A critical header parameter that is not understood forbids the token (RFC 7515, section
    // 4.1.11), and none is understood.
    return jwt.getHeaderClaim("crit").isMissing()
        && jwt.getAlgorithm() != null
        && isTimely(jwt)
        && isSubject(jwt.getSubject())
        && identity
            .audience()
            .map(audience -> jwt.getAudience() != null && jwt.getAudience().contains(audience))
            .orElse(true);
  }

  private boolean isTimely(DecodedJWT jwt) {
    var now = Instant.now();
    var expiry = jwt.getExpiresAtAsInstant();
    var issued = jwt.getIssuedAtAsInstant();
    var begin = jwt.getNotBeforeAsInstant();
    return expiry != null
        && now.isBefore(expiry.plus(LEEWAY))
        && !expiry.isAfter(now.plus(maxLifetime).plus(LEEWAY))
        && (issued == null
            || (!issued.isAfter(now.plus(LEEWAY)) && !expiry.isAfter(issued.plus(maxLifetime))))
        && (begin == null || !begin.isAfter(now.plus(LEEWAY)));
  }

  /** Returns whether PostgreSQL can store a {@code sub}, and it has 1 to 255 characters. */
  private static boolean isSubject(String sub) {
    return sub != null
        && !sub.isEmpty()
        && sub.codePointCount(0, sub.length()) <= MAX_SUB
        && sub.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
  }

  private Optional<VerificationKey> key(TrustedIssuer issuer, DecodedJWT jwt) {
    var candidates = issuer.keys().candidates(jwt.getAlgorithm(), jwt.getKeyId());
    if (candidates.isEmpty()) {
      issuer.refresh(MIN_FETCH_INTERVAL).ifPresent(this::await);
      candidates = issuer.keys().candidates(jwt.getAlgorithm(), jwt.getKeyId());
    }
    if (issuer.keys().keys().isEmpty()) {
      throw new IdentityUnavailable(
          String.format(
              Locale.ROOT,
              "no keys of the issuer of tenant %s could be fetched yet",
              issuer.identity().tenant()));
    }
    return candidates.stream().filter(key -> key.verifies(jwt)).findFirst();
  }

  /** Waits for a fetch, unless {@value #MAX_WAITING} threads wait already. */
  private void await(Future<?> fetch) {
    if (!waiting.tryAcquire()) {
      return;
    }
    try {
      var unused = fetch.get(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The keys are then unknown still.
    } finally {
      waiting.release();
    }
  }

  private static ExternalMember member(Identity identity, VerificationKey key, DecodedJWT jwt) {
    return new ExternalMember(
        identity.tenant(),
        ExternalMember.id(identity.tenant(), jwt.getSubject()),
        new Sender(jwt.getSubject(), MemberName.of(jwt.getClaim("name").asString())),
        new ExternalMember.Proof(identity.version(), key.hash()),
        jwt.getExpiresAtAsInstant().plus(LEEWAY));
  }
}
