package dev.chatmultischema.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Decodes arguments and environment variables as UTF-8, under any locale. The Java platform decodes
 * them by the locale: under {@code LC_ALL=C} all characters other than ASCII are lost.
 */
public final class ProcessText {

  private static final char REPLACEMENT = '\uFFFD';
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final Path ENVIRONMENT = Path.of("/proc/self/environ");

  private ProcessText() {}

  /**
   * Returns the arguments, decoded again from {@code /proc} if any is not ASCII.
   *
   * @throws Commands.Refused if an argument is not UTF-8, or was lost in decoding and there is no
   *     {@code /proc}
   */
  public static String[] arguments(String... decoded) throws Commands.Refused {
    if (List.of(decoded).stream().allMatch(ProcessText::isAscii)) {
      return decoded;
    }
    var raw = read(COMMAND_LINE);
    if (raw.size() <= decoded.length) {
      return requireDecoded(decoded);
    }
    var arguments = raw.subList(raw.size() - decoded.length, raw.size());
    var result = new String[decoded.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = isAscii(decoded[i]) ? decoded[i] : text(arguments.get(i), "argument " + (i + 1));
    }
    return result;
  }

  /**
   * Returns the value of an environment variable, decoded from {@code /proc} if it is not ASCII;
   * null if the variable is not set.
   */
  public static String variable(String name) {
    var decoded = System.getenv(name);
    if (decoded == null || isAscii(decoded)) {
      return decoded;
    }
    var prefix = name + "=";
    return read(ENVIRONMENT).stream()
        .map(ProcessText::decode)
        .flatMap(Optional::stream)
        .filter(entry -> entry.startsWith(prefix))
        .map(entry -> entry.substring(prefix.length()))
        .findFirst()
        .orElse(decoded);
  }

  private static String[] requireDecoded(String... decoded) throws Commands.Refused {
    for (int i = 0; i < decoded.length; i++) {
      if (decoded[i].indexOf(REPLACEMENT) >= 0) {
        throw notUtf8("argument " + (i + 1));
      }
    }
    return decoded;
  }

  private static String text(byte[] bytes, String source) throws Commands.Refused {
    return decode(bytes).orElseThrow(() -> notUtf8(source));
  }

  private static Commands.Refused notUtf8(String source) {
    return new Commands.Refused(source + " is not UTF-8: set a UTF-8 locale, as in LC_ALL=C.UTF-8");
  }

  /** Decodes bytes; returns empty if they are not UTF-8. */
  static Optional<String> decode(byte[] bytes) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  /** Returns the zero-terminated parts of a file of {@code /proc}; none if it does not exist. */
  private static List<byte[]> read(Path file) {
    var parts = new ArrayList<byte[]>();
    try {
      var all = Files.readAllBytes(file);
      int from = 0;
      for (int at = 0; at < all.length; at++) {
        if (all[at] == 0) {
          parts.add(Arrays.copyOfRange(all, from, at));
          from = at + 1;
        }
      }
    } catch (IOException notLinux) {
      return List.of();
    }
    return parts;
  }
}
