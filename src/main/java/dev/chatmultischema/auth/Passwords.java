package dev.chatmultischema.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Hashes and verifies passwords with bcrypt, in the forms that PostgreSQL's {@code crypt} ($2a$)
 * and Go's bcrypt ($2a$, $2b$) write.
 *
 * <p>A check takes at least the time of one hash at {@link #COST}, whether there is a hash to check
 * against or a cheaper one. At most as many run at once as there are processors; a login waits for
 * its turn for a bounded time.
 */
public final class Passwords {

  static final int COST = 10;

  /** What bcrypt looks at; longer passwords are refused rather than cut. */
  public static final int MAX_BYTES = 72;

  public static final int MIN_LENGTH = 8;

  private static final long MAX_WAIT_SECONDS = 5;

  private final BCrypt.Hasher hasher = BCrypt.withDefaults();
  private final BCrypt.Verifyer verifier = BCrypt.verifyer();
  private final Semaphore turns = new Semaphore(Runtime.getRuntime().availableProcessors(), true);
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
   * Compares a password with a hash; a null hash never matches, and takes as long.
   *
   * @throws TooManyLogins if no turn came within 5 s
   */
  boolean verify(String password, String hash) {
    takeTurn();
    try {
      var given = bytes(password);
      var matches =
          hash != null && given.length <= MAX_BYTES && verifier.verify(given, bytes(hash)).verified;
      if (hash == null || cost(hash) < COST) {
        var unused = verifier.verify(bytes("not it"), decoy);
      }
      return matches;
    } finally {
      turns.release();
    }
  }

  /** Whether a hash is cheaper to guess than the ones made here. */
  static boolean outdated(String hash) {
    return cost(hash) < COST;
  }

  private static int cost(String hash) {
    return hash.length() > 6 && hash.startsWith("$2") ? Integer.parseInt(hash.substring(4, 6)) : 0;
  }

  private void takeTurn() {
    try {
      if (!turns.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new TooManyLogins();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TooManyLogins();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
