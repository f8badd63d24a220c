package dev.chatmultischema.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Generates keys, and writes them to files in a directory in the form of OpenSSL. */
public final class TestKeys {

  private static final String EC_PREFIX =
      "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420";

  private final Path directory;

  public TestKeys(Path directory) {
    this.directory = directory;
  }

  public static KeyPair rsa(int bits) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static KeyPair ec(String curve) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the private key, with its public point if it is on P-256. */
  public String privateFile(String name, KeyPair pair) {
    return write(name, pem("PRIVATE KEY", encoded(pair)));
  }

  public String publicFile(String name, KeyPair pair) {
    return write(name, pem("PUBLIC KEY", pair.getPublic().getEncoded()));
  }

  /** Writes a file, and returns its path. */
  public String write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String pem(String label, byte[] encoded) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(encoded));
  }

  private static byte[] encoded(KeyPair pair) {
    return pair.getPrivate() instanceof ECPrivateKey key
            && key.getParams().getOrder().bitLength() == 256
        ? encoded(key, (ECPublicKey) pair.getPublic())
        : pair.getPrivate().getEncoded();
  }

  /** Encodes a key on P-256 as OpenSSL does: the Java platform leaves the public point out. */
  static byte[] encoded(ECPrivateKey key, ECPublicKey point) {
    return HexFormat.of()
        .parseHex(
            EC_PREFIX
                + hex(key.getS())
                + "a14403420004"
                + hex(point.getW().getAffineX())
                + hex(point.getW().getAffineY()));
  }

  private static String hex(BigInteger number) {
    var bytes = number.toByteArray();
    var padded = new byte[32 + bytes.length];
    System.arraycopy(bytes, 0, padded, 32, bytes.length);
    return HexFormat.of().formatHex(Arrays.copyOfRange(padded, bytes.length, padded.length));
  }
}
