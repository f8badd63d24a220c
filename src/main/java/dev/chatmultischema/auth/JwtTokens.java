package dev.chatmultischema.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.interfaces.Claim;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.user.User;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Signs and verifies bearer tokens: JWTs (RFC 7519) that name a user, an expiry and a version.
 *
 * <p>A token is verified by the key that its {@code kid} names, or by the secret if it has none,
 * and only with the algorithm of that key (RFC 8725, section 3.1).
 */
public final class JwtTokens {

  /** The claim that holds {@link User#tokenVersion}; a token without it has version 0. */
  private static final String VERSION = "ver";

  private static final int MAX_CACHED = 10_000;

  /** A signed token and its expiry. */
  public record Issued(String token, Instant expiresAt) {}

  /**
   * The claims of a verified token.
   *
   * @param acceptedUntil the end of acceptance by this node: the expiry plus the clock skew
   */
  public record Claims(UUID userId, int tokenVersion, Instant acceptedUntil) {}

  private final TokenKeys keys;
  private final TokenRules rules;
  private final Map<String, JWTVerifier> verifiers = new HashMap<>();
  private final JWTVerifier verifierWithoutId;
  private final Cache<String, Claims> verified =
      Caffeine.newBuilder().maximumSize(MAX_CACHED).build();

  JwtTokens(TokenKeys keys, TokenRules rules) {
    this.keys = keys;
    this.rules = rules;
    keys.byId().forEach((kid, key) -> verifiers.put(kid, verifier(key)));
    verifierWithoutId = keys.withoutId() == null ? null : verifier(keys.withoutId());
  }

  private JWTVerifier verifier(TokenKey key) {
    return JWT.require(key.algorithm())
        .withIssuer(rules.issuer())
        .withClaimPresence("exp")
        .acceptLeeway(rules.clockSkew().toSeconds())
        .build();
  }

  /** Signs a token for a user, valid from now for the configured lifetime. */
  public Issued issue(User user) {
    var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    var expiresAt = now.plus(rules.lifetime());
    var token =
        JWT.create()
            .withIssuer(rules.issuer())
            .withSubject(user.userId().toString())
            .withClaim(VERSION, user.tokenVersion())
            .withIssuedAt(now)
            .withExpiresAt(expiresAt);
    if (keys.signer().kid() != null) {
      token.withKeyId(keys.signer().kid());
    }
    if (!rules.audience().isEmpty()) {
      token.withAudience(rules.audience());
    }
    return new Issued(token.sign(keys.signer().algorithm()), expiresAt);
  }

  /** Describes the keys for the audit, without secrets. */
  String describeKeys() {
    return keys.describe();
  }

  /** Returns the public keys of tokens, by {@code kid}. */
  public List<Jwk> publicKeys() {
    return keys.published();
  }

  /**
   * Returns the claims of a token, or empty unless it is signed with a key of this service, is
   * meant for it, has not expired longer ago than the clock skew, and is neither issued nor valid
   * from later than that. The signature is verified once per token and then cached; the expiry is
   * checked by each call.
   */
  public Optional<Claims> verify(String token) {
    return Optional.ofNullable(verified.get(token, this::check))
        .filter(claims -> Instant.now().isBefore(claims.acceptedUntil()));
  }

  /**
   * Returns the issuer that a token names, not verified; empty if the token is malformed, names no
   * issuer, or names this service.
   */
  Optional<String> otherIssuer(String token) {
    try {
      return Optional.ofNullable(JWT.decode(token).getIssuer())
          .filter(issuer -> !issuer.equals(rules.issuer()));
    } catch (JWTDecodeException malformed) {
      return Optional.empty();
    }
  }

  /** Returns whether an issuer is this service. */
  public boolean isOwnIssuer(String issuer) {
    return issuer.equals(rules.issuer());
  }

  private Claims check(String token) {
    try {
      var jwt = JWT.decode(token);
      var verifier = verifierFor(jwt);
      if (verifier == null || hasCriticalHeaders(jwt) || !isForThisService(jwt)) {
        return null;
      }
      var unused = verifier.verify(jwt);
      return new Claims(
          StrictUuid.parse(jwt.getSubject()).orElseThrow(),
          version(jwt.getClaim(VERSION)),
          Objects.requireNonNull(jwt.getExpiresAtAsInstant()).plus(rules.clockSkew()));
    } catch (JWTVerificationException | NoSuchElementException | NullPointerException refused) {
      return null;
    }
  }

  /** Returns null if no key has the {@code kid} of a token. */
  private JWTVerifier verifierFor(DecodedJWT jwt) {
    var kid = jwt.getHeaderClaim("kid");
    return kid.isMissing() ? verifierWithoutId : verifiers.get(kid.asString());
  }

  /** An extension that must be understood makes a token invalid (RFC 7515, section 4.1.11). */
  private static boolean hasCriticalHeaders(DecodedJWT jwt) {
    return !jwt.getHeaderClaim("crit").isMissing();
  }

  private boolean isForThisService(DecodedJWT jwt) {
    return rules.audience().isEmpty()
        ? jwt.getClaim("aud").isMissing()
        : jwt.getAudience() != null && jwt.getAudience().contains(rules.audience());
  }

  /** Returns the version of a token; tokens that were issued before there were versions have 0. */
  private static int version(Claim claim) {
    return claim.isMissing() ? 0 : claim.asInt();
  }
}
