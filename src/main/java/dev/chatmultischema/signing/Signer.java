package dev.chatmultischema.signing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and verifies bytes for one purpose by HMAC-SHA256 (RFC 2104), in a few microseconds for a
 * short message. May be used by several threads.
 */
public final class Signer {

  /** The length of a signature in characters. */
  public static final int LENGTH = 22;

  private static final String ALGORITHM = "HmacSHA256";

  /** The bytes of the hash that are kept, half of them (RFC 2104, section 5). */
  private static final int KEPT = 16;

  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  /** Initialized and never updated: a clone is cheaper than a look-up, and needs no lock. */
  private final List<Mac> keys;

  Signer(List<Mac> keys) {
    this.keys = keys;
  }

  static Mac mac(byte[] key) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /**
   * Returns the signature, {@value #LENGTH} characters of ASCII.
   *
   * @param context the part of what is signed that precedes the content, of a fixed length for a
   *     purpose
   */
  public byte[] sign(byte[] context, byte[] content, int from) {
    return sign(keys.get(0), context, content, from);
  }

  /** Returns whether a signature is that of the context and of the content from an index on. */
  public boolean verify(byte[] signature, byte[] context, byte[] content, int from) {
    for (var key : keys) {
      if (MessageDigest.isEqual(signature, sign(key, context, content, from))) {
        return true;
      }
    }
    return false;
  }

  private static byte[] sign(Mac key, byte[] context, byte[] content, int from) {
    try {
      var mac = (Mac) key.clone();
      mac.update(context);
      mac.update(content, from, content.length - from);
      return TEXT.encode(Arrays.copyOf(mac.doFinal(), KEPT));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's HMAC cannot be cloned", e);
    }
  }

  /** Returns a signature as text. */
  public static String text(byte[] signature) {
    return new String(signature, StandardCharsets.US_ASCII);
  }

  /** Returns a signature of its text. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
