package dev.chatmultischema.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.exceptions.SignatureGenerationException;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/**
 * A key of tokens with the one algorithm that it is used with, whatever the header of a token says.
 *
 * @param kid the {@code kid} of its tokens; null for the key of tokens without one
 * @param signs whether it can sign, and not only verify
 * @param published the key as it is published; empty for a secret
 */
record TokenKey(String kid, Algorithm algorithm, boolean signs, Optional<Jwk> published) {

  /** The least and the greatest size of RSA keys: RFC 7518, section 3.3, and a bound on time. */
  private static final int MIN_RSA_BITS = 2048;

  private static final int MAX_RSA_BITS = 8192;

  /** The least size of a secret: that of the hash (RFC 7518, section 3.2). */
  static final int MIN_SECRET_BYTES = 32;

  /**
   * Makes a key of a secret of at least 32 bytes in UTF-8.
   *
   * @throws UnusableKey if the secret is shorter, or is a key in PEM
   */
  static TokenKey secret(String kid, String secret) {
    int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < MIN_SECRET_BYTES) {
      throw UnusableKey.in(kid, "has %d bytes: it must have at least %d", bytes, MIN_SECRET_BYTES);
    }
    // A public key must never be a secret: everybody knows it.
    if (secret.contains("-----BEGIN ")) {
      throw UnusableKey.in(kid, "is a PEM block, not a secret: name the file in auth.keys");
    }
    return new TokenKey(kid, Algorithm.HMAC256(secret), true, Optional.empty());
  }

  /**
   * Makes a key of a PEM file.
   *
   * @param algorithm the algorithm that the key must have; null for any
   * @throws UnusableKey if the key is not readable, too short or of another algorithm
   */
  static TokenKey pem(KeyFile file, TokenAlgorithm algorithm) {
    var pem = PemKey.read(file);
    var key =
        pem.publicKey() instanceof RSAPublicKey rsa
            ? rsa(file, rsa, (RSAPrivateKey) pem.privateKey())
            : ec(file, (ECPublicKey) pem.publicKey(), (ECPrivateKey) pem.privateKey());
    if (algorithm != null && !algorithm.name().equals(key.algorithm.getName())) {
      throw file.refused("has a key for " + key.algorithm.getName() + ", not for " + algorithm);
    }
    if (key.signs) {
      file.warnIfOthersMayRead();
      key.requireOwnSignature(file);
    }
    return key;
  }

  private static TokenKey rsa(KeyFile file, RSAPublicKey key, RSAPrivateKey privateKey) {
    int bits = key.getModulus().bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw file.refused(
          "has an RSA key of "
              + bits
              + " bits: it must have "
              + MIN_RSA_BITS
              + " to "
              + MAX_RSA_BITS);
    }
    return new TokenKey(
        file.kid(),
        Algorithm.RSA256(key, privateKey),
        privateKey != null,
        Optional.of(Jwk.of(file.kid(), key)));
  }

  private static TokenKey ec(KeyFile file, ECPublicKey key, ECPrivateKey privateKey) {
    return new TokenKey(
        file.kid(),
        Algorithm.ECDSA256(key, privateKey),
        privateKey != null,
        Optional.of(Jwk.of(file.kid(), key)));
  }

  /** Returns the name and the algorithm, with a part of the thumbprint if the key is public. */
  String describe() {
    return (kid == null ? "JWT_SECRET" : kid)
        + " ("
        + algorithm.getName()
        + published.map(jwk -> ", " + jwk.thumbprint().substring(0, 12)).orElse("")
        + ")";
  }

  /** Refuses a file whose public key is not that of its private key. */
  private void requireOwnSignature(KeyFile file) {
    try {
      algorithm.verify(JWT.decode(JWT.create().sign(algorithm)));
    } catch (SignatureGenerationException | JWTVerificationException e) {
      throw file.refused("has a public key that is not that of its private key");
    }
  }
}
