package dev.chatmultischema.accounts;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import dev.chatmultischema.accounts.AccountRefused.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Recognizes passwords that guessers try first (NIST SP 800-63B, section 5.1.1.2): common ones,
 * rows of keys, repetitions, and the user's own name and e-mail address. Letter case is ignored.
 */
public final class PasswordRules {

  private static final String FILE = "accounts/common-passwords.txt";

  private static final Set<String> COMMON = read();

  /** Up to six ASCII characters, repeated; longer texts are not common. */
  private static final Pattern REPETITION = Pattern.compile("(?=.{1,16}$)([ -~]{1,6})\\1+");

  private static final List<String> ROWS =
      List.of(
          "01234567890123456789",
          "abcdefghijklmnopqrstuvwxyz",
          "qwertyuiop[]",
          "asdfghjkl;'",
          "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
          "1q2w3e4r5t6y7u8i9o0p",
          "qazwsxedcrfvtgbyhnujm");

  private PasswordRules() {}

  /** Returns whether a password is among those that are tried first, whoever its user is. */
  static boolean isCommon(String password) {
    var text = password.toLowerCase(Locale.ROOT);
    var reversed = new StringBuilder(text).reverse().toString();
    return COMMON.contains(text)
        || REPETITION.matcher(text).matches()
        || ROWS.stream().anyMatch(row -> row.contains(text) || row.contains(reversed));
  }

  /**
   * Refuses a password that is the name, the e-mail address, or the part of it before the at sign.
   *
   * @throws AccountRefused if it is
   */
  public static void checkUnlikeAccount(String password, String name, String email) {
    if (password.equalsIgnoreCase(name)
        || password.equalsIgnoreCase(email)
        || password.equalsIgnoreCase(email.substring(0, email.indexOf('@')))) {
      throw new AccountRefused(
          Reason.WEAK_PASSWORD, "must not be the name or the e-mail address of the user");
    }
  }

  private static Set<String> read() {
    try {
      var text = Resources.toString(Resources.getResource(FILE), StandardCharsets.UTF_8);
      return Splitter.onPattern("\\s+")
          .omitEmptyStrings()
          .splitToStream(text)
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
