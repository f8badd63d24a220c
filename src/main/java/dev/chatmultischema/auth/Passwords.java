package dev.chatmultischema.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Hashes and verifies passwords with bcrypt, in the forms that PostgreSQL's {@code crypt} ($2a$)
 * and Go's bcrypt ($2a$, $2b$) and PHP's ($2y$) write.
 *
 * <p>A check takes at least the time of one hash at {@link #COST}, whatever the password is, and
 * whether there is a hash to check against, a cheaper one, or something that is no hash at all.
 */
public final class Passwords {

  static final int COST = 10;

  /** What bcrypt looks at; longer passwords are refused rather than cut. */
  public static final int MAX_BYTES = 72;

  public static final int MIN_LENGTH = 8;

  /**
   * Version, cost, salt and hash. A cost above 14, which takes seconds, is not accepted: whoever
   * can log in with it could keep everybody else from it.
   */
  private static final Pattern HASH =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}");

  private final BCrypt.Hasher hasher = BCrypt.withDefaults();
  private final BCrypt.Verifyer verifier = BCrypt.verifyer();
  private final byte[] decoy = hasher.hash(COST, bytes("a password that nobody has"));

  /** Hashes a password of {@value #MIN_LENGTH} characters to {@value #MAX_BYTES} bytes. */
  public String hash(String password) {
    return new String(hasher.hash(COST, bytes(password)), StandardCharsets.US_ASCII);
  }

  /** Whether a password may be set: neither too short nor longer than bcrypt looks at. */
  public static boolean acceptable(String password) {
    return password.codePointCount(0, password.length()) >= MIN_LENGTH
        && bytes(password).length <= MAX_BYTES;
  }

  /**
   * Compares a password with a hash; null, what is no bcrypt hash, and a password longer than
   * {@value #MAX_BYTES} bytes never match, and take as long.
   */
  boolean verify(String password, String hash) {
    var given = bytes(password);
    var compared = given.length <= MAX_BYTES ? given : Arrays.copyOf(given, MAX_BYTES);
    var valid = hash != null && HASH.matcher(hash).matches();
    var matches = valid && verifier.verify(compared, bytes(hash)).verified;
    if (!valid || cost(hash) < COST) {
      var unused = verifier.verify(compared, decoy);
    }
    return matches && given.length <= MAX_BYTES;
  }

  /** Whether a hash that matched is cheaper to guess than the ones made here. */
  static boolean outdated(String hash) {
    return cost(hash) < COST;
  }

  private static int cost(String hash) {
    return Integer.parseInt(hash.substring(4, 6));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
