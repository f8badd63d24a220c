package dev.chatmultischema.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.interfaces.Claim;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.user.User;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Signs and verifies bearer tokens: JWTs (RFC 7519) with HS256 that name a user and an expiry. */
public final class JwtTokens {

  private static final String ISSUER = "chat-multi-schema";

  /** The tolerated clock difference between two nodes (RFC 7519, section 4.1.4). */
  static final Duration LEEWAY = Duration.ofSeconds(60);

  /** The claim that holds {@link User#tokenVersion}; a token without it has version 0. */
  private static final String VERSION = "ver";

  private static final int MAX_CACHED = 10_000;

  /** A signed token and its expiry. */
  public record Issued(String token, Instant expiresAt) {}

  /** The claims of a verified token. */
  public record Claims(UUID userId, int tokenVersion, Instant expiresAt) {

    /** Returns the end of acceptance by this node: the expiry plus the leeway. */
    Instant acceptedUntil() {
      return expiresAt.plus(LEEWAY);
    }
  }

  private final Algorithm algorithm;
  private final JWTVerifier verifier;
  private final Duration lifetime;
  private final Cache<String, Claims> verified =
      Caffeine.newBuilder().maximumSize(MAX_CACHED).build();

  JwtTokens(String secret, Duration lifetime) {
    this.algorithm = Algorithm.HMAC256(secret);
    this.verifier =
        JWT.require(algorithm)
            .withIssuer(ISSUER)
            .withClaimPresence("exp")
            .acceptLeeway(LEEWAY.toSeconds())
            .build();
    this.lifetime = lifetime;
  }

  /** Signs a token for a user, valid from now for the configured lifetime. */
  public Issued issue(User user) {
    var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    var expiresAt = now.plus(lifetime);
    var token =
        JWT.create()
            .withIssuer(ISSUER)
            .withSubject(user.userId().toString())
            .withClaim(VERSION, user.tokenVersion())
            .withIssuedAt(now)
            .withExpiresAt(expiresAt)
            .sign(algorithm);
    return new Issued(token, expiresAt);
  }

  /**
   * Returns the claims of a token, or empty unless it is signed with this secret, has not expired
   * more than 60 s ago, and is neither issued nor valid from more than 60 s in the future. The
   * signature is verified once per token and then cached; the expiry is checked by each call.
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
          .filter(issuer -> !issuer.equals(ISSUER));
    } catch (JWTDecodeException malformed) {
      return Optional.empty();
    }
  }

  private Claims check(String token) {
    try {
      var jwt = verifier.verify(token);
      return new Claims(
          StrictUuid.parse(jwt.getSubject()).orElseThrow(),
          version(jwt.getClaim(VERSION)),
          Objects.requireNonNull(jwt.getExpiresAtAsInstant()));
    } catch (JWTVerificationException | NoSuchElementException | NullPointerException refused) {
      return null;
    }
  }

  /** Returns the version of a token; tokens that were issued before there were versions have 0. */
  private static int version(Claim claim) {
    return claim.isMissing() ? 0 : claim.asInt();
  }
}
