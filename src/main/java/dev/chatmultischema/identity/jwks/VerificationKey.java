package dev.chatmultischema.identity.jwks;

import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.google.common.hash.Hashing;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import java.util.Set;

/**
 * A public key, and the signature algorithms (RFC 7518, section 3.1) that it may verify. A token
 * cannot choose another one, such as HMAC with the public key as its secret.
 *
 * @param id the {@code kid}; null if the key has none
 * @param algorithms the names of the algorithms: those of the key's type, or only its {@code alg}
 * @param json the public members as a JSON Web Key (RFC 7517)
 */
public record VerificationKey(
    String id, Set<String> algorithms, PublicKey key, Map<String, String> json) {

  /** Returns whether the key may have signed a token with this algorithm and {@code kid}. */
  boolean fits(String algorithm, String keyId) {
    return algorithms.contains(algorithm) && (id == null || keyId == null || id.equals(keyId));
  }

  /** Returns a text that identifies the key: the SHA-256 of its encoded form, in hexadecimal. */
  public String hash() {
    return Hashing.sha256().hashBytes(key.getEncoded()).toString();
  }

  /** Returns whether the signature of a token is that of this key, by the token's algorithm. */
  public boolean verifies(DecodedJWT token) {
    if (!algorithms.contains(token.getAlgorithm())) {
      return false;
    }
    try {
      algorithm(token.getAlgorithm()).verify(token);
      return true;
    } catch (SignatureVerificationException refused) {
      return false;
    }
  }

  private Algorithm algorithm(String name) {
    return switch (name) {
      case "RS256" -> Algorithm.RSA256((RSAPublicKey) key, null);
      case "RS384" -> Algorithm.RSA384((RSAPublicKey) key, null);
      case "RS512" -> Algorithm.RSA512((RSAPublicKey) key, null);
      case "ES256" -> Algorithm.ECDSA256((ECPublicKey) key, null);
      case "ES384" -> Algorithm.ECDSA384((ECPublicKey) key, null);
      case "ES512" -> Algorithm.ECDSA512((ECPublicKey) key, null);
      default -> throw new IllegalStateException("no algorithm of a key: " + name);
    };
  }
}
