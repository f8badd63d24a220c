package dev.chatmultischema.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tokens a service with several keys accepts, and attacks on the choice of the key. */
class JwtTokensTest {

  private static final String ISSUER = "chat-multi-schema";
  private static final String SECRET = "a secret that has at least 32 bytes";
  private static final String OLD_SECRET = "an old secret of at least 32 bytes too";
  private static final KeyPair RSA = TestKeys.rsa(2048);
  private static final KeyPair EC = TestKeys.ec("secp256r1");
  private static final KeyPair STRANGE = TestKeys.rsa(2048);
  private static final Duration SKEW = Duration.ofSeconds(60);
  private static final User USER =
      new User(UUID.randomUUID(), "Ann", "a@example.com", Role.USER, null, false, Instant.EPOCH, 3);

  @TempDir private Path directory;
  private TestKeys files;
  private TokenKey ec;
  private TokenKey rsa;
  private TokenKey old;
  private JwtTokens tokens;

  @BeforeEach
  void build() {
    files = new TestKeys(directory);
    ec = TokenKey.pem(new KeyFile("ec", files.privateFile("ec", EC)), null);
    rsa = TokenKey.pem(new KeyFile("rsa", files.publicFile("rsa", RSA)), null);
    old = TokenKey.secret("old", OLD_SECRET);
    tokens = service(ec, TokenKey.secret(null, SECRET), rsa, old);
  }

  private static JwtTokens service(TokenKey signer, TokenKey keyless, TokenKey... others) {
    var keys = new HashMap<String, TokenKey>();
    keys.put(signer.kid(), signer);
    List.of(others).forEach(key -> keys.put(key.kid(), key));
    return new JwtTokens(new TokenKeys(signer, keys, keyless), rules(""));
  }

  private static TokenRules rules(String audience) {
    return new TokenRules(ISSUER, audience, SKEW, Duration.ofHours(1));
  }

  private static JWTCreator.Builder token() {
    return JWT.create()
        .withIssuer(ISSUER)
        .withSubject(USER.userId().toString())
        .withExpiresAt(Instant.now().plusSeconds(60));
  }

  private static Algorithm rs256(KeyPair pair) {
    return Algorithm.RSA256((RSAPublicKey) pair.getPublic(), (RSAPrivateKey) pair.getPrivate());
  }

  private static Algorithm es256(KeyPair pair) {
    return Algorithm.ECDSA256((ECPublicKey) pair.getPublic(), (ECPrivateKey) pair.getPrivate());
  }

  private void assertAccepted(String token) {
    assertThat(tokens.verify(token)).isPresent();
    assertThat(tokens.verify(token)).map(JwtTokens.Claims::userId).contains(USER.userId());
  }

  private void assertRefused(String token) {
    assertThat(tokens.verify(token)).isEmpty();
    assertThat(tokens.verify(token)).isEmpty();
  }

  @Test
  void signsWithTheSignerAndItsKid() {
    var issued = tokens.issue(USER);
    var jwt = JWT.decode(issued.token());
    assertThat(jwt.getKeyId()).isEqualTo("ec");
    assertThat(jwt.getAlgorithm()).isEqualTo("ES256");
    var claims = tokens.verify(issued.token()).orElseThrow();
    assertThat(claims.userId()).isEqualTo(USER.userId());
    assertThat(claims.tokenVersion()).isEqualTo(3);
    assertThat(claims.acceptedUntil()).isEqualTo(issued.expiresAt().plus(SKEW));
  }

  @Test
  void signsWithTheSecretAloneAsBeforeThereWereKeys() {
    var keyless = TokenKey.secret(null, SECRET);
    var alone = new JwtTokens(new TokenKeys(keyless, Map.of(), keyless), rules(""));
    var jwt = JWT.decode(alone.issue(USER).token());
    assertThat(jwt.getKeyId()).isNull();
    assertThat(jwt.getAlgorithm()).isEqualTo("HS256");
    assertThat(alone.verify(jwt.getToken())).isPresent();
  }

  @Test
  void verifiesByEveryKeyUntilItIsRemoved() {
    var byRsa = token().withKeyId("rsa").sign(rs256(RSA));
    var byOld = token().withKeyId("old").sign(Algorithm.HMAC256(OLD_SECRET));
    var bySecret = token().sign(Algorithm.HMAC256(SECRET));
    assertThat(tokens.verify(bySecret)).map(JwtTokens.Claims::tokenVersion).contains(0);
    assertAccepted(byRsa);
    assertAccepted(byOld);
    tokens = service(ec, null, rsa);
    assertRefused(bySecret);
    assertRefused(byOld);
    assertAccepted(byRsa);
  }

  @Test
  void refusesAnotherAlgorithmThanThatOfTheKey() {
    var pem = TestKeys.pem("PUBLIC KEY", RSA.getPublic().getEncoded());
    // The public key as the secret of an HMAC, in the forms in which an attacker may have it.
    for (var secret : List.of(pem.getBytes(UTF_8), RSA.getPublic().getEncoded())) {
      for (var kid : List.of("rsa", "ec", "old")) {
        assertRefused(token().withKeyId(kid).sign(Algorithm.HMAC256(secret)));
      }
    }
    for (var kid : List.of("rsa", "ec", "old")) {
      assertRefused(token().withKeyId(kid).sign(Algorithm.none()));
    }
    assertRefused(token().sign(Algorithm.none()));
    assertRefused(token().withKeyId("old").sign(Algorithm.HMAC512(OLD_SECRET)));
    assertRefused(
        token()
            .withKeyId("rsa")
            .sign(
                Algorithm.RSA512(
                    (RSAPublicKey) RSA.getPublic(), (RSAPrivateKey) RSA.getPrivate())));
  }

  @Test
  void refusesOtherKeysAndOtherKids() {
    assertRefused(token().withKeyId("rsa").sign(rs256(STRANGE)));
    assertRefused(token().withKeyId("ec").sign(es256(TestKeys.ec("secp256r1"))));
    assertRefused(token().withKeyId("ec").sign(rs256(RSA)));
    assertRefused(token().sign(rs256(RSA)));
    assertRefused(token().withKeyId("none").sign(rs256(RSA)));
    assertRefused(token().withKeyId("../rsa").sign(rs256(RSA)));
    // The secret verifies tokens without a kid only.
    assertRefused(token().withKeyId("").sign(Algorithm.HMAC256(SECRET)));
    assertRefused(token().withHeader(Map.of("kid", 1)).sign(Algorithm.HMAC256(SECRET)));
    assertRefused(token().withKeyId("old").sign(Algorithm.HMAC256(SECRET)));
  }

  @Test
  void ignoresKeysInTheHeader() {
    var header =
        Map.<String, Object>of(
            "kid", "rsa",
            "jwk", Map.of("kty", "RSA", "e", "AQAB", "n", "AQAB"),
            "jku", "https://attacker.example/jwks.json",
            "x5u", "https://attacker.example/cert.pem");
    assertRefused(token().withHeader(header).sign(rs256(STRANGE)));
    assertAccepted(token().withHeader(header).sign(rs256(RSA)));
  }

  @Test
  void refusesCriticalHeaders() {
    for (var crit : List.of(List.of("exp"), List.of("b64"), List.of())) {
      assertRefused(token().withHeader(Map.of("crit", crit)).sign(Algorithm.HMAC256(SECRET)));
    }
    assertAccepted(token().withHeader(Map.of("cty", "x")).sign(Algorithm.HMAC256(SECRET)));
  }

  @Test
  void refusesAnAudienceIfItHasNone() {
    var secret = Algorithm.HMAC256(SECRET);
    assertRefused(token().withAudience("https://other.example").sign(secret));
    assertRefused(token().withAudience("a", "b").sign(secret));
    assertAccepted(token().sign(secret));
  }

  @Test
  void requiresItsAudienceIfItHasOne() {
    tokens =
        new JwtTokens(
            new TokenKeys(ec, Map.of("ec", ec), TokenKey.secret(null, SECRET)), rules("chat"));
    var secret = Algorithm.HMAC256(SECRET);
    assertRefused(token().sign(secret));
    assertRefused(token().withAudience("other").sign(secret));
    assertAccepted(token().withAudience("chat").sign(secret));
    assertAccepted(token().withAudience("other", "chat").sign(secret));
    assertAccepted(tokens.issue(USER).token());
  }

  @Test
  void boundsTheClockSkew() {
    var secret = Algorithm.HMAC256(SECRET);
    var now = Instant.now();
    assertAccepted(token().withExpiresAt(now.minusSeconds(55)).sign(secret));
    assertRefused(token().withExpiresAt(now.minusSeconds(61)).sign(secret));
    assertAccepted(token().withIssuedAt(now.plusSeconds(55)).sign(secret));
    assertRefused(token().withIssuedAt(now.plusSeconds(75)).sign(secret));
    assertAccepted(token().withNotBefore(now.plusSeconds(55)).sign(secret));
    assertRefused(token().withNotBefore(now.plusSeconds(75)).sign(secret));
  }

  @Test
  void refusesIncompleteAndMalformedTokens() {
    var secret = Algorithm.HMAC256(SECRET);
    assertRefused(token().withIssuer("another").sign(secret));
    assertRefused(token().withExpiresAt((Instant) null).sign(secret));
    assertRefused(token().withSubject("nobody").sign(secret));
    assertRefused(token().withClaim("ver", "1").sign(secret));
    for (var token : List.of("", ".", "..", "a.b.c", "a.b.c.d.e", token().sign(secret) + "x")) {
      assertRefused(token);
    }
  }

  @Test
  void namesOtherIssuersOnly() {
    var secret = Algorithm.HMAC256(SECRET);
    assertThat(tokens.otherIssuer(token().sign(secret))).isEmpty();
    assertThat(tokens.otherIssuer(token().withIssuer("https://idp.example").sign(secret)))
        .contains("https://idp.example");
    assertThat(tokens.otherIssuer("x")).isEmpty();
    assertThat(tokens.otherIssuer(JWT.create().sign(secret))).isEmpty();
  }
}
