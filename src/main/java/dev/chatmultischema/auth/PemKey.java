package dev.chatmultischema.auth;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An asymmetric key of a PEM file (RFC 7468): {@code PRIVATE KEY} (PKCS #8, RFC 5958) or {@code
 * PUBLIC KEY} (RFC 5280).
 *
 * @param privateKey null if the file has the public key only
 */
record PemKey(PublicKey publicKey, PrivateKey privateKey) {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private static final List<String> TYPES = List.of("RSA", "EC");

  /**
   * The end of a private key on P-256 before its public point: the optional field {@code publicKey}
   * of RFC 5915, which OpenSSL writes and the Java platform ignores.
   */
  private static final byte[] BEFORE_POINT = HexFormat.of().parseHex("a14403420004");

  private static final int COORDINATE = 32;

  /**
   * Reads a key.
   *
   * @throws UnusableKey if the file is not readable, or has no key of RSA or on P-256
   */
  static PemKey read(KeyFile file) {
    var block = BLOCK.matcher(file.text());
    if (!block.find()) {
      throw file.refused("has no PEM block (-----BEGIN PRIVATE KEY----- or PUBLIC KEY)");
    }
    var label = block.group(1);
    if (!label.equals("PRIVATE KEY") && !label.equals("PUBLIC KEY")) {
      throw file.refused("has a block " + label + ": " + conversion(label));
    }
    try {
      var encoded = Base64.getMimeDecoder().decode(block.group(2));
      return label.equals("PUBLIC KEY")
          ? new PemKey(publicKey(file, encoded), null)
          : withPublicKey(file, privateKey(file, encoded), encoded);
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      // The cause could quote the key.
      throw file.refused("is damaged");
    }
  }

  private static String conversion(String label) {
    return switch (label) {
      case "RSA PRIVATE KEY", "EC PRIVATE KEY", "EC PARAMETERS" ->
          "convert it by openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW";
      case "ENCRYPTED PRIVATE KEY" ->
          "the service has no passphrase; decrypt it by openssl pkey -in OLD -out NEW";
      case "CERTIFICATE" -> "take its key by openssl x509 -pubkey -noout -in OLD -out NEW";
      default -> "it must be PRIVATE KEY or PUBLIC KEY";
    };
  }

  private static PrivateKey privateKey(KeyFile file, byte[] encoded)
      throws GeneralSecurityException {
    for (var type : TYPES) {
      try {
        return KeyFactory.getInstance(type).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException e) {
        // The key is damaged or of another type.
      }
    }
    throw file.refused("has no key of RSA or on the curve P-256");
  }

  private static PublicKey publicKey(KeyFile file, byte[] encoded) throws GeneralSecurityException {
    for (var type : TYPES) {
      try {
        var key = KeyFactory.getInstance(type).generatePublic(new X509EncodedKeySpec(encoded));
        requireP256(file, key);
        return key;
      } catch (InvalidKeySpecException e) {
        // The key is damaged or of another type.
      }
    }
    throw file.refused("has no key of RSA or on the curve P-256");
  }

  private static PemKey withPublicKey(KeyFile file, PrivateKey key, byte[] encoded)
      throws GeneralSecurityException {
    if (key instanceof RSAPrivateCrtKey rsa) {
      var spec = new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent());
      return new PemKey(KeyFactory.getInstance("RSA").generatePublic(spec), key);
    }
    requireP256(file, key);
    int point = encoded.length - 2 * COORDINATE;
    if (point < BEFORE_POINT.length
        || !Arrays.equals(
            Arrays.copyOfRange(encoded, point - BEFORE_POINT.length, point), BEFORE_POINT)) {
      throw file.refused("lacks the public key: add it by openssl pkey -in OLD -out NEW");
    }
    var spec =
        new ECPublicKeySpec(
            new ECPoint(unsigned(encoded, point), unsigned(encoded, point + COORDINATE)), p256());
    return new PemKey(KeyFactory.getInstance("EC").generatePublic(spec), key);
  }

  private static BigInteger unsigned(byte[] bytes, int from) {
    return new BigInteger(1, Arrays.copyOfRange(bytes, from, from + COORDINATE));
  }

  private static void requireP256(KeyFile file, Key key) throws GeneralSecurityException {
    if (key instanceof ECKey ec
        && !(ec.getParams().getCurve().equals(p256().getCurve())
            && ec.getParams().getGenerator().equals(p256().getGenerator()))) {
      throw file.refused("has a key on another curve than P-256");
    }
  }

  private static ECParameterSpec p256() throws GeneralSecurityException {
    var parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }
}
