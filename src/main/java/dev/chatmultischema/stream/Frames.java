package dev.chatmultischema.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.chatmultischema.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes messages as Server-Sent Events (HTML Living Standard, section 9.2). */
final class Frames {

  private static final byte[] ID = ascii("id: ");
  private static final byte[] DATA = ascii("\ndata: ");
  private static final byte[] END = ascii("\n\n");

  private final ObjectWriter json;

  Frames(ObjectMapper mapper) {
    this.json = mapper.writerFor(Message.class);
  }

  /** The same object as in a list. */
  byte[] json(Message message) {
    try {
      return json.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "message %s is not JSON", message.messageId()), e);
    }
  }

  /** How many bytes {@link #write} takes. */
  static int length(long seq, int dataLength) {
    return ID.length + digits(seq) + DATA.length + dataLength + END.length;
  }

  /** Writes one event at a place; returns the place behind it. */
  static int write(byte[] to, int at, long seq, byte[] data, int from, int length) {
    int next = copy(ID, to, at);
    next = copy(ascii(Long.toString(seq)), to, next);
    next = copy(DATA, to, next);
    System.arraycopy(data, from, to, next, length);
    keepOneLine(to, next, next + length);
    return copy(END, to, next + length);
  }

  /**
   * JSON has line breaks between tokens only, where a space means the same; in an event a line
   * break would end the data.
   */
  private static void keepOneLine(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        bytes[i] = ' ';
      }
    }
  }

  private static int copy(byte[] what, byte[] to, int at) {
    System.arraycopy(what, 0, to, at, what.length);
    return at + what.length;
  }

  private static int digits(long seq) {
    int digits = 1;
    for (long rest = seq; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
