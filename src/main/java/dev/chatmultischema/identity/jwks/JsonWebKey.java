package dev.chatmultischema.identity.jwks;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads JSON Web Keys (RFC 7517) that verify signatures: RSA keys of 2,048 to 8,192 bits, and keys
 * on the curves P-256, P-384 and P-521 (RFC 7518, section 6).
 */
final class JsonWebKey {

  static final int MAX_ID = 255;

  private static final int MIN_RSA_BITS = 2_048;

  /** Verifying a signature takes time with the square of the modulus. */
  private static final int MAX_RSA_BITS = 8_192;

  private static final int MAX_EXPONENT_BITS = 33;
  private static final List<String> PRIVATE = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");
  private static final Set<String> RSA = Set.of("RS256", "RS384", "RS512");

  /** A curve, its name in the Java platform, and its algorithm. */
  private record Curve(String name, String algorithm, int bytes) {}

  private static final Map<String, Curve> CURVES =
      Map.of(
          "P-256", new Curve("secp256r1", "ES256", 32),
          "P-384", new Curve("secp384r1", "ES384", 48),
          "P-521", new Curve("secp521r1", "ES512", 66));

  private final JsonNode json;
  private final Map<String, String> members = new TreeMap<>();

  private JsonWebKey(JsonNode json) {
    this.json = json;
  }

  /**
   * Reads a key.
   *
   * @throws InvalidKey if it is no public key of a supported type for signatures
   */
  static VerificationKey read(JsonNode json) throws InvalidKey {
    if (!json.isObject()) {
      throw new InvalidKey("must be a JSON object");
    }
    if (PRIVATE.stream().anyMatch(json::has)) {
      throw new InvalidKey("must be a public key: it has members of a private or symmetric one");
    }
    return new JsonWebKey(json).read();
  }

  private VerificationKey read() throws InvalidKey {
    var type = text("kty");
    var purpose = text("use");
    var operations = json.get("key_ops");
    if ((purpose != null && !purpose.equals("sig"))
        || (operations != null && !operations.toString().contains("\"verify\""))) {
      throw new InvalidKey("must be a key for signatures");
    }
    var id = text("kid");
    if (id != null && (id.length() > MAX_ID || !isStorable(id))) {
      throw new InvalidKey("must have a kid of at most " + MAX_ID + " valid characters");
    }
    return switch (String.valueOf(type)) {
      case "RSA" -> key(id, RSA, rsa());
      case "EC" -> {
        var curve = CURVES.get(String.valueOf(text("crv")));
        if (curve == null) {
          throw new InvalidKey("must have the crv P-256, P-384 or P-521");
        }
        yield key(id, Set.of(curve.algorithm()), ec(curve));
      }
      default -> throw new InvalidKey("must have the kty RSA or EC");
    };
  }

  /** Returns whether PostgreSQL can store a text. */
  private static boolean isStorable(String text) {
    return text.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
  }

  private VerificationKey key(String id, Set<String> algorithms, PublicKey key) throws InvalidKey {
    var only = text("alg");
    if (only != null && !algorithms.contains(only)) {
      throw new InvalidKey("must have an alg of its type: " + String.join(", ", algorithms));
    }
    return new VerificationKey(
        id, only == null ? algorithms : Set.of(only), key, Map.copyOf(members));
  }

  private PublicKey rsa() throws InvalidKey {
    var modulus = number("n");
    var exponent = number("e");
    if (modulus.bitLength() < MIN_RSA_BITS
        || modulus.bitLength() > MAX_RSA_BITS
        || !modulus.testBit(0)) {
      throw new InvalidKey("must have a modulus of 2048 to 8192 bits");
    }
    if (exponent.bitLength() < 2
        || exponent.bitLength() > MAX_EXPONENT_BITS
        || !exponent.testBit(0)) {
      throw new InvalidKey("must have an odd exponent from 3 to 2^33");
    }
    return generate("RSA", new RSAPublicKeySpec(modulus, exponent));
  }

  private PublicKey ec(Curve curve) throws InvalidKey {
    var point = new ECPoint(number("x"), number("y"));
    try {
      var parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(curve.name()));
      var spec = parameters.getParameterSpec(ECParameterSpec.class);
      if (!isOnCurve(point, spec)) {
        throw new InvalidKey("must be a point of its curve");
      }
      return generate("EC", new ECPublicKeySpec(point, spec));
    } catch (GeneralSecurityException e) {
      throw new InvalidKey("must be a key that the service can use", e);
    }
  }

  private static boolean isOnCurve(ECPoint point, ECParameterSpec spec) {
    var prime = ((ECFieldFp) spec.getCurve().getField()).getP();
    var x = point.getAffineX();
    var y = point.getAffineY();
    if (x.compareTo(prime) >= 0 || y.compareTo(prime) >= 0) {
      return false;
    }
    var right =
        x.pow(3).add(spec.getCurve().getA().multiply(x)).add(spec.getCurve().getB()).mod(prime);
    return y.multiply(y).mod(prime).equals(right);
  }

  private static PublicKey generate(String type, KeySpec spec) throws InvalidKey {
    try {
      return KeyFactory.getInstance(type).generatePublic(spec);
    } catch (GeneralSecurityException e) {
      throw new InvalidKey("must be a key that the service can use", e);
    }
  }

  /** Returns a positive number in base64url (RFC 7518, section 2: Base64urlUInt). */
  private BigInteger number(String name) throws InvalidKey {
    var text = text(name);
    if (text == null || text.isEmpty()) {
      throw new InvalidKey("must have the member " + name);
    }
    try {
      return new BigInteger(1, Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw new InvalidKey("must have the member " + name + " in base64url", e);
    }
  }

  /** Returns a member, which becomes part of the stored key; null if the key does not have it. */
  private String text(String name) throws InvalidKey {
    var value = json.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw new InvalidKey("must have a string as member " + name);
    }
    members.put(name, value.textValue());
    return value.textValue();
  }
}
