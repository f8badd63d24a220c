package dev.chatmultischema.auth;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.common.hash.Hashing;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

/**
 * A public key as a JSON Web Key (RFC 7517; RFC 7518, section 6).
 *
 * @param kty {@code RSA} or {@code EC}
 * @param use always {@code sig}
 * @param n the modulus of an RSA key, else null; so is {@code e}, its exponent
 * @param crv the curve of an EC key, else null; so are {@code x} and {@code y}, its point
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Jwk(
    String kid,
    String kty,
    String alg,
    String use,
    String n,
    String e,
    String crv,
    String x,
    String y) {

  /** The bytes of a coordinate on P-256, leading zeros included (RFC 7518, section 6.2.1.2). */
  private static final int COORDINATE = 32;

  static Jwk of(String kid, RSAPublicKey key) {
    return new Jwk(
        kid,
        "RSA",
        TokenAlgorithm.RS256.name(),
        "sig",
        encode(key.getModulus(), 1),
        encode(key.getPublicExponent(), 1),
        null,
        null,
        null);
  }

  static Jwk of(String kid, ECPublicKey key) {
    return new Jwk(
        kid,
        "EC",
        TokenAlgorithm.ES256.name(),
        "sig",
        null,
        null,
        "P-256",
        encode(key.getW().getAffineX(), COORDINATE),
        encode(key.getW().getAffineY(), COORDINATE));
  }

  /** Returns the thumbprint with SHA-256 in base64url (RFC 7638). */
  String thumbprint() {
    var required =
        kty.equals("RSA")
            ? "{\"e\":\"" + e + "\",\"kty\":\"RSA\",\"n\":\"" + n + "\"}"
            : "{\"crv\":\"" + crv + "\",\"kty\":\"EC\",\"x\":\"" + x + "\",\"y\":\"" + y + "\"}";
    var hash = Hashing.sha256().hashString(required, StandardCharsets.US_ASCII);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash.asBytes());
  }

  /** Encodes an unsigned number in base64url, with leading zeros up to a number of bytes. */
  private static String encode(BigInteger number, int length) {
    var bytes = number.toByteArray();
    int first = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
    int size = Math.max(length, bytes.length - first);
    var unsigned = new byte[size];
    System.arraycopy(bytes, first, unsigned, size - (bytes.length - first), bytes.length - first);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(unsigned);
  }
}
