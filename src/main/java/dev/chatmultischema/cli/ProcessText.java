package dev.chatmultischema.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Text that this process was given from outside, as UTF-8 whatever the locale is: the Java platform
 * decodes arguments and the environment by the locale, under {@code LC_ALL=C} with the loss of all
 * that is not ASCII.
 */
public final class ProcessText {

  private static final char REPLACEMENT = '\uFFFD';
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final Path ENVIRONMENT = Path.of("/proc/self/environ");

  private ProcessText() {}

  /**
   * The arguments as they were typed, which Linux keeps.
   *
   * @throws Commands.Refused if one is not UTF-8, or cannot be known here
   */
  public static String[] arguments(String... decoded) throws Commands.Refused {
    if (List.of(decoded).stream().allMatch(ProcessText::ascii)) {
      return decoded;
    }
    var raw = read(COMMAND_LINE);
    if (raw.size() <= decoded.length) {
      return requireKnown(decoded);
    }
    var arguments = raw.subList(raw.size() - decoded.length, raw.size());
    var result = new String[decoded.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = ascii(decoded[i]) ? decoded[i] : text(arguments.get(i), "argument " + (i + 1));
    }
    return result;
  }

  /** An environment variable, or null; what Linux keeps of it where decoding has lost something. */
  public static String variable(String name) {
    var decoded = System.getenv(name);
    if (decoded == null || ascii(decoded)) {
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

  private static String[] requireKnown(String... decoded) throws Commands.Refused {
    for (int i = 0; i < decoded.length; i++) {
      if (decoded[i].indexOf(REPLACEMENT) >= 0) {
        throw notUtf8("argument " + (i + 1));
      }
    }
    return decoded;
  }

  private static String text(byte[] bytes, String what) throws Commands.Refused {
    return decode(bytes).orElseThrow(() -> notUtf8(what));
  }

  private static Commands.Refused notUtf8(String what) {
    return new Commands.Refused(what + " is not UTF-8: set a UTF-8 locale, as in LC_ALL=C.UTF-8");
  }

  /** Empty if the bytes are not UTF-8. */
  static Optional<String> decode(byte[] bytes) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean ascii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  /**
   * What a file of {@code /proc} has between bytes of zero; nothing where there is no such file.
   */
  private static List<byte[]> read(Path file) {
    var parts = new ArrayList<byte[]>();
    try {
      var all = Files.readAllBytes(file);
      int from = 0;
      for (int at = 0; at < all.length; at++) {
        if (all[at] == 0) {
          parts.add(java.util.Arrays.copyOfRange(all, from, at));
          from = at + 1;
        }
      }
    } catch (IOException elsewhere) {
      return List.of();
    }
    return parts;
  }
}
