package dev.chatmultischema.user;

import java.text.Normalizer;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * Normalizes names and e-mail addresses for storage and comparison, and validates them.
 *
 * <p>The normalized form is Unicode's NFC (UAX 15); e-mail addresses are in lower case too. Text
 * that a reader could confuse with other text is refused by the rules of UTS 39: invisible
 * characters and controls of writing direction, and in e-mail addresses also compatibility
 * characters and mixtures of scripts with confusable letters.
 */
public final class AccountText {

  private static final int MAX_NAME = 200;

  /** The lengths of RFC 5321, section 4.5.3.1, in UTF-16 units: 64, and the rest of 254. */
  private static final Pattern EMAIL = Pattern.compile("[^@]{1,64}@[^@]{1,189}");

  /** Longer text is invalid in any form, and is not normalized. */
  private static final int MAX_NORMALIZED = 1_000;

  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;
  private static final int DOT_ABOVE = 0x0307;
  private static final int REPLACEMENT = 0xFFFD;

  /** Characters that are default ignorable or blank, in categories that are visible otherwise. */
  private static final Set<Integer> INVISIBLE =
      Set.of(
          0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164);

  /** Scripts with letters that are confusable with letters of the other scripts here. */
  private static final Set<Character.UnicodeScript> CONFUSABLE =
      EnumSet.of(
          Character.UnicodeScript.LATIN,
          Character.UnicodeScript.CYRILLIC,
          Character.UnicodeScript.GREEK,
          Character.UnicodeScript.ARMENIAN,
          Character.UnicodeScript.CHEROKEE);

  /** Scripts in which joiners change the visible text (UAX 31, section 2.3.1). */
  private static final Set<Character.UnicodeScript> JOINING_SCRIPTS =
      EnumSet.of(
          Character.UnicodeScript.ARABIC,
          Character.UnicodeScript.SYRIAC,
          Character.UnicodeScript.MONGOLIAN,
          Character.UnicodeScript.DEVANAGARI,
          Character.UnicodeScript.BENGALI,
          Character.UnicodeScript.GURMUKHI,
          Character.UnicodeScript.GUJARATI,
          Character.UnicodeScript.ORIYA,
          Character.UnicodeScript.TAMIL,
          Character.UnicodeScript.TELUGU,
          Character.UnicodeScript.KANNADA,
          Character.UnicodeScript.MALAYALAM,
          Character.UnicodeScript.SINHALA,
          Character.UnicodeScript.KHMER);

  private AccountText() {}

  /** Returns the normalized form of a name; null for null. */
  public static String name(String text) {
    return text == null || text.length() > MAX_NORMALIZED
        ? text
        : Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /** Returns the normalized form of an e-mail address; null for null. */
  public static String email(String text) {
    return text == null || text.length() > MAX_NORMALIZED
        ? text
        : name(name(text).toLowerCase(Locale.ROOT));
  }

  /** Returns whether text, once normalized, is a valid name of a user or a tenant. */
  public static boolean isName(String raw) {
    var text = name(raw);
    int length = text.codePointCount(0, text.length());
    return length >= 1
        && length <= MAX_NAME
        && text.codePoints().anyMatch(AccountText::isVisible)
        && allPositions(text, at -> isNameCharacter(text, at));
  }

  /** Returns whether text, once normalized, has the parts and characters of an e-mail address. */
  public static boolean isEmail(String raw) {
    var text = email(raw);
    return EMAIL.matcher(text).matches()
        && Normalizer.isNormalized(text, Normalizer.Form.NFKC)
        && text.codePoints().allMatch(AccountText::isAddressCharacter)
        && allPositions(text, at -> !isRedundantDot(text, at))
        && Pattern.compile("[@.]").splitAsStream(text).allMatch(AccountText::hasOneScript);
  }

  /**
   * Returns whether text can be a parameter of a query by e-mail address: PostgreSQL refuses U+0000
   * and lone surrogates, and no address is longer than {@value #MAX_NORMALIZED} characters.
   */
  public static boolean isStorable(String text) {
    return text.length() <= MAX_NORMALIZED
        && text.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
  }

  private static boolean allPositions(String text, IntPredicate test) {
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      if (!test.test(at)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default ->
          !isIgnorable(c) && !isVariationSelector(c) && c != REPLACEMENT && !isNoncharacter(c);
    };
  }

  /** Excludes unassigned characters, whose normalization differs between Unicode versions. */
  private static boolean isAddressCharacter(int c) {
    return isVisible(c) && Character.getType(c) != Character.UNASSIGNED;
  }

  private static boolean isNameCharacter(String text, int at) {
    int c = text.codePointAt(at);
    if (c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER) {
      return isValidJoiner(text, at);
    }
    if (isVariationSelector(c)) {
      return at > 0 && isSymbol(text.codePointBefore(at));
    }
    return isVisible(c) || Character.getType(c) == Character.SPACE_SEPARATOR;
  }

  /** Allows joiners between letters of some scripts and between the parts of an emoji. */
  private static boolean isValidJoiner(String text, int at) {
    if (at == 0 || at + 1 == text.length()) {
      return false;
    }
    int before = text.codePointBefore(at);
    int after = text.codePointAt(at + 1);
    if (isSymbol(after) && text.codePointAt(at) == ZERO_WIDTH_JOINER) {
      return isSymbol(before) || isVariationSelector(before);
    }
    return (JOINING_SCRIPTS.contains(Character.UnicodeScript.of(before))
            || Character.getType(before) == Character.NON_SPACING_MARK)
        && JOINING_SCRIPTS.contains(Character.UnicodeScript.of(after));
  }

  private static boolean isSymbol(int c) {
    return switch (Character.getType(c)) {
      case Character.OTHER_SYMBOL, Character.MATH_SYMBOL -> true;
      // These are the skin tones.
      case Character.MODIFIER_SYMBOL -> c >= 0x1F3FB && c <= 0x1F3FF;
      // This range holds emoji that are newer than the Unicode version of the Java platform.
      case Character.UNASSIGNED -> c >= 0x1F000 && c <= 0x1FAFF;
      default -> false;
    };
  }

  private static boolean isVariationSelector(int c) {
    return c >= 0xFE00 && c <= 0xFE0F;
  }

  private static boolean isIgnorable(int c) {
    return INVISIBLE.contains(c)
        || c == 0xFFA0
        || c == 0x2065
        || (c >= 0xFFF0 && c <= 0xFFFC)
        || (c >= 0xE0000 && c <= 0xE0FFF);
  }

  private static boolean isNoncharacter(int c) {
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
  }

  /** Returns whether a dot above follows an i or j, which looks the same without it. */
  private static boolean isRedundantDot(String text, int at) {
    return text.codePointAt(at) == DOT_ABOVE
        && at > 0
        && (text.charAt(at - 1) == 'i' || text.charAt(at - 1) == 'j');
  }

  private static boolean hasOneScript(String part) {
    return part.codePoints()
            .mapToObj(Character.UnicodeScript::of)
            .filter(CONFUSABLE::contains)
            .distinct()
            .count()
        <= 1;
  }
}
