package dev.chatmultischema.url;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Decodes percent-encoding (RFC 3986, section 2.1) in URLs of servers, where a plus sign does not
 * stand for a space. It does so in queries of HTTP requests, which Jetty and Jersey decode.
 */
final class PercentEncoding {

  private PercentEncoding() {}

  /** Decodes strictly; empty if the text is not percent-encoded UTF-8, or holds a NUL character. */
  static Optional<String> decode(String text) {
    var encoded = text.getBytes(StandardCharsets.UTF_8);
    var decoded = new ByteArrayOutputStream(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      int next = encoded[i];
      if (next == '%') {
        next = i + 2 < encoded.length ? octet(encoded[i + 1], encoded[i + 2]) : 0;
        i += 2;
      }
      if (next == 0) {
        return Optional.empty();
      }
      decoded.write(next);
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(decoded.toByteArray()))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Returns the octet of two hexadecimal digits, or 0 if they are none. */
  private static int octet(byte high, byte low) {
    int first = Character.digit(high, 16);
    int second = Character.digit(low, 16);
    return first < 0 || second < 0 ? 0 : first * 16 + second;
  }
}
