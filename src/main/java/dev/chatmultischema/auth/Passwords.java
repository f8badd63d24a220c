package dev.chatmultischema.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Hashes and verifies passwords with bcrypt, in the formats of PostgreSQL's {@code crypt} ($2a$),
 * Go ($2a$, $2b$) and PHP ($2y$).
 *
 * <p>A verification takes at least the time of one hash at {@link #COST}, for every password, also
 * if the stored hash has a lower cost, is invalid or is missing.
 */
public final class Passwords {

  /** The cost of new hashes: bcrypt runs 2^10 rounds. */
  static final int COST = 10;

  /** The bytes that bcrypt hashes; longer passwords are refused, not truncated. */
  public static final int MAX_BYTES = 72;

  /** The minimum number of characters (Unicode code points). */
  public static final int MIN_LENGTH = 8;

  /**
   * The parts of a hash are version, cost, salt and digest. A cost above 14 takes seconds and is
   * not accepted: logins with it could occupy all hashing threads.
   */
  private static final Pattern HASH =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}");

  /** A valid form that no known password matches; computing a hash would delay the start. */
  private static final byte[] DECOY = bytes("$2a$" + COST + "$" + ".".repeat(53));

  private final BCrypt.Hasher hasher = BCrypt.withDefaults();
  private final BCrypt.Verifyer verifier = BCrypt.verifyer();

  /** Hashes a password of {@value #MIN_LENGTH} characters to {@value #MAX_BYTES} bytes. */
  public String hash(String password) {
    return new String(hasher.hash(COST, bytes(password)), StandardCharsets.US_ASCII);
  }

  /** Returns whether a password has at least 8 characters and at most 72 bytes. */
  public static boolean isAcceptable(String password) {
    return password.codePointCount(0, password.length()) >= MIN_LENGTH
        && bytes(password).length <= MAX_BYTES;
  }

  /**
   * Compares a password with a hash. A null or invalid hash and a password longer than {@value
   * #MAX_BYTES} bytes never match; their comparison takes as long as that of a wrong password.
   */
  boolean verify(String password, String hash) {
    var given = bytes(password);
    var compared = given.length <= MAX_BYTES ? given : Arrays.copyOf(given, MAX_BYTES);
    var valid = hash != null && HASH.matcher(hash).matches();
    var matches = valid && verifier.verify(compared, bytes(hash)).verified;
    if (!valid || cost(hash) < COST) {
      var unused = verifier.verify(compared, DECOY);
    }
    return matches && given.length <= MAX_BYTES;
  }

  /** Returns whether a valid hash has a lower cost than {@link #COST}. */
  static boolean isOutdated(String hash) {
    return cost(hash) < COST;
  }

  private static int cost(String hash) {
    return Integer.parseInt(hash.substring(4, 6));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
