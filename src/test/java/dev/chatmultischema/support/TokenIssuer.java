package dev.chatmultischema.support;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** A customer's own issuer of tokens, with one key. */
public final class TokenIssuer {

  private final String issuer;
  private final String keyId;
  private final KeyPair keys;

  private TokenIssuer(String issuer, String keyId, KeyPair keys) {
    this.issuer = issuer;
    this.keyId = keyId;
    this.keys = keys;
  }

  public static TokenIssuer rsa(String issuer, String keyId) {
    return rsa(issuer, keyId, 2_048);
  }

  public static TokenIssuer rsa(String issuer, String keyId, int bits) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return new TokenIssuer(issuer, keyId, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param curve as in {@code secp256r1}
   */
  public static TokenIssuer ec(String issuer, String keyId, String curve) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return new TokenIssuer(issuer, keyId, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public String issuer() {
    return issuer;
  }

  /** Returns the public key as a JSON Web Key. */
  public Map<String, Object> jwk() {
    var jwk = new LinkedHashMap<String, Object>();
    if (keyId != null) {
      jwk.put("kid", keyId);
    }
    if (keys.getPublic() instanceof RSAPublicKey rsa) {
      jwk.put("kty", "RSA");
      jwk.put("n", base64(rsa.getModulus(), 0));
      jwk.put("e", base64(rsa.getPublicExponent(), 0));
    } else if (keys.getPublic() instanceof ECPublicKey ec) {
      int bits = ec.getParams().getCurve().getField().getFieldSize();
      jwk.put("kty", "EC");
      jwk.put("crv", "P-" + bits);
      jwk.put("x", base64(ec.getW().getAffineX(), (bits + 7) / 8));
      jwk.put("y", base64(ec.getW().getAffineY(), (bits + 7) / 8));
    }
    return jwk;
  }

  /** Returns the private key as a JSON Web Key, which no service may be given. */
  public Map<String, Object> privateJwk() {
    var jwk = new LinkedHashMap<>(jwk());
    if (keys.getPrivate() instanceof RSAPrivateKey rsa) {
      jwk.put("d", base64(rsa.getPrivateExponent(), 0));
    } else if (keys.getPrivate() instanceof ECPrivateKey ec) {
      jwk.put("d", base64(ec.getS(), 0));
    }
    return jwk;
  }

  /** Returns a signed token that expires in 5 min. */
  public String token(String sub, String name) {
    var token = unsigned(sub);
    return sign(name == null ? token : token.withClaim("name", name));
  }

  /** Returns a token that expires in 5 min, to change and to sign. */
  public JWTCreator.Builder unsigned(String sub) {
    var token =
        JWT.create()
            .withIssuer(issuer)
            .withSubject(sub)
            .withExpiresAt(Instant.now().plusSeconds(300));
    return keyId == null ? token : token.withKeyId(keyId);
  }

  public String sign(JWTCreator.Builder token) {
    return token.sign(algorithm());
  }

  private Algorithm algorithm() {
    if (keys.getPublic() instanceof RSAPublicKey) {
      return Algorithm.RSA256((RSAPublicKey) keys.getPublic(), (RSAPrivateKey) keys.getPrivate());
    }
    var ec = (ECPublicKey) keys.getPublic();
    var key = (ECPrivateKey) keys.getPrivate();
    return switch (ec.getParams().getCurve().getField().getFieldSize()) {
      case 256 -> Algorithm.ECDSA256(ec, key);
      case 384 -> Algorithm.ECDSA384(ec, key);
      default -> Algorithm.ECDSA512(ec, key);
    };
  }

  /** Returns the encoded public key, with which an attacker may sign by HMAC. */
  public byte[] encodedPublicKey() {
    return keys.getPublic().getEncoded();
  }

  private static String base64(BigInteger number, int length) {
    var bytes = number.toByteArray();
    int zeros = bytes[0] == 0 && bytes.length > 1 ? 1 : 0;
    var unsigned = Arrays.copyOfRange(bytes, zeros, bytes.length);
    var padded = new byte[Math.max(length, unsigned.length)];
    System.arraycopy(unsigned, 0, padded, padded.length - unsigned.length, unsigned.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(padded);
  }
}
