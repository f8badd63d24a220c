package dev.chatmultischema.user;

import java.text.Normalizer;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * Brings names and e-mail addresses into the one form in which they are stored and compared, and
 * tells which of them could deceive a reader.
 *
 * <p>The form is Unicode's NFC (UAX 15), for e-mail addresses in lower case too. What no form can
 * tell apart for a reader is refused after the rules of UTS 39: invisible characters, controls of
 * writing direction, and in e-mail addresses compatibility characters and a mixture of scripts
 * whose letters look alike.
 */
public final class AccountText {

  private static final int MAX_NAME = 200;

  /** RFC 5321, section 4.5.3.1, in UTF-16 units, and what is left of 254 for the domain. */
  private static final Pattern EMAIL = Pattern.compile("[^@]{1,64}@[^@]{1,189}");

  /** Longer text is neither a name nor an address, and is not worth the work. */
  private static final int MAX_NORMALIZED = 1_000;

  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;
  private static final int DOT_ABOVE = 0x0307;
  private static final int REPLACEMENT = 0xFFFD;

  /** What Unicode calls default ignorable, or shows as blank, though its category is another. */
  private static final Set<Integer> INVISIBLE =
      Set.of(
          0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164);

  /** Alphabets with letters that look like those of the others. */
  private static final Set<Character.UnicodeScript> ALIKE =
      EnumSet.of(
          Character.UnicodeScript.LATIN,
          Character.UnicodeScript.CYRILLIC,
          Character.UnicodeScript.GREEK,
          Character.UnicodeScript.ARMENIAN,
          Character.UnicodeScript.CHEROKEE);

  /** Scripts in which joiners change what is seen (UAX 31, section 2.3.1). */
  private static final Set<Character.UnicodeScript> JOINING =
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

  /** The stored form of a name; null stays null. */
  public static String name(String text) {
    return text == null || text.length() > MAX_NORMALIZED
        ? text
        : Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /** The stored form of an e-mail address, in which two are the same or not; null stays null. */
  public static String email(String text) {
    return text == null || text.length() > MAX_NORMALIZED
        ? text
        : name(name(text).toLowerCase(Locale.ROOT));
  }

  /** Whether text, in its stored form, may name a user or a tenant. */
  public static boolean isName(String given) {
    var text = name(given);
    int length = text.codePointCount(0, text.length());
    return length >= 1
        && length <= MAX_NAME
        && text.codePoints().anyMatch(AccountText::visible)
        && positionsMatch(text, at -> nameable(text, at));
  }

  /** Whether text, in its stored form, has the parts and characters of an e-mail address. */
  public static boolean isEmail(String given) {
    var text = email(given);
    return EMAIL.matcher(text).matches()
        && Normalizer.isNormalized(text, Normalizer.Form.NFKC)
        && text.codePoints().allMatch(AccountText::addressable)
        && positionsMatch(text, at -> !dotted(text, at))
        && Pattern.compile("[@.]").splitAsStream(text).allMatch(AccountText::oneAlphabet);
  }

  /**
   * Whether PostgreSQL can be asked for text: it knows neither U+0000 nor halves of surrogate
   * pairs, and nobody's address is longer than {@value #MAX_NORMALIZED} characters.
   */
  public static boolean storable(String text) {
    return text.length() <= MAX_NORMALIZED
        && text.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
  }

  private static boolean positionsMatch(String text, IntPredicate test) {
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      if (!test.test(at)) {
        return false;
      }
    }
    return true;
  }

  private static boolean visible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> !ignorable(c) && !variation(c) && c != REPLACEMENT && !noncharacter(c);
    };
  }

  /** No unassigned characters: what normalisation does to them differs between Unicode versions. */
  private static boolean addressable(int c) {
    return visible(c) && Character.getType(c) != Character.UNASSIGNED;
  }

  private static boolean nameable(String text, int at) {
    int c = text.codePointAt(at);
    if (c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER) {
      return joins(text, at);
    }
    if (variation(c)) {
      return at > 0 && symbol(text.codePointBefore(at));
    }
    return visible(c) || Character.getType(c) == Character.SPACE_SEPARATOR;
  }

  /** Joiners belong between the letters of some scripts and between the parts of an emoji. */
  private static boolean joins(String text, int at) {
    if (at == 0 || at + 1 == text.length()) {
      return false;
    }
    int before = text.codePointBefore(at);
    int after = text.codePointAt(at + 1);
    if (symbol(after) && text.codePointAt(at) == ZERO_WIDTH_JOINER) {
      return symbol(before) || variation(before);
    }
    return (JOINING.contains(Character.UnicodeScript.of(before))
            || Character.getType(before) == Character.NON_SPACING_MARK)
        && JOINING.contains(Character.UnicodeScript.of(after));
  }

  private static boolean symbol(int c) {
    return switch (Character.getType(c)) {
      case Character.OTHER_SYMBOL, Character.MATH_SYMBOL -> true;
      // The colours of skin.
      case Character.MODIFIER_SYMBOL -> c >= 0x1F3FB && c <= 0x1F3FF;
      // An emoji that is younger than the Java platform.
      case Character.UNASSIGNED -> c >= 0x1F000 && c <= 0x1FAFF;
      default -> false;
    };
  }

  private static boolean variation(int c) {
    return c >= 0xFE00 && c <= 0xFE0F;
  }

  private static boolean ignorable(int c) {
    return INVISIBLE.contains(c)
        || c == 0xFFA0
        || c == 0x2065
        || (c >= 0xFFF0 && c <= 0xFFFC)
        || (c >= 0xE0000 && c <= 0xE0FFF);
  }

  private static boolean noncharacter(int c) {
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
  }

  /** An i with a dot above looks like an i. */
  private static boolean dotted(String text, int at) {
    return text.codePointAt(at) == DOT_ABOVE
        && at > 0
        && (text.charAt(at - 1) == 'i' || text.charAt(at - 1) == 'j');
  }

  private static boolean oneAlphabet(String part) {
    return part.codePoints()
            .mapToObj(Character.UnicodeScript::of)
            .filter(ALIKE::contains)
            .distinct()
            .count()
        <= 1;
  }
}
