package dev.chatmultischema.identity;

import dev.chatmultischema.user.AccountText;

/** Brings the names in tokens of other issuers into a form that pages can show. */
final class MemberName {

  /** The code points of a name in a token that are read; the rest is cut off. */
  private static final int MAX_LENGTH = 200;

  private MemberName() {}

  /**
   * Returns a name without invisible and control characters, at most 200 characters long; null for
   * null, and if nothing visible remains.
   */
  static String of(String claim) {
    if (claim == null) {
      return null;
    }
    var text = new StringBuilder();
    claim
        .codePoints()
        .filter(MemberName::isPrintable)
        .limit(MAX_LENGTH)
        .forEach(text::appendCodePoint);
    var name = text.toString().strip();
    if (name.isEmpty() || !AccountText.isName(name)) {
      name = lettersOnly(name);
    }
    return name.isEmpty() || !AccountText.isName(name) ? null : AccountText.name(name);
  }

  /** Returns what remains of a name that has other characters which pages do not show. */
  private static String lettersOnly(String name) {
    var letters = new StringBuilder();
    name.codePoints()
        .filter(c -> Character.isLetterOrDigit(c) || c == ' ')
        .forEach(letters::appendCodePoint);
    return letters.toString().strip();
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
