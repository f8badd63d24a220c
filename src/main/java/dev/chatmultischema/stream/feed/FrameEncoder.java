package dev.chatmultischema.stream.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.Position;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Encodes messages as Server-Sent Events (HTML Living Standard, section 9.2), called frames. */
public final class FrameEncoder {

  private static final byte[] ID = ascii("id: ");
  private static final byte[] DATA = ascii("\ndata: ");
  private static final byte[] END = ascii("\n\n");

  private final ObjectWriter writer;

  public FrameEncoder(ObjectMapper mapper) {
    this.writer = mapper.writerFor(Message.class);
  }

  /** Returns a message as the JSON object that lists of messages contain. */
  byte[] json(Message message) {
    try {
      return writer.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "message %s cannot be written as JSON", message.messageId()),
          e);
    }
  }

  /** Returns the size of a frame in bytes. */
  static int length(int epoch, long seq, int dataLength) {
    return ID.length + prefixLength(epoch) + digits(seq) + DATA.length + dataLength + END.length;
  }

  /**
   * Writes one frame; returns the index after it.
   *
   * @param to the array to write to, from index {@code at}
   * @param data the array that holds the JSON object, at index {@code from}
   */
  static int write(byte[] to, int at, int epoch, long seq, byte[] data, int from, int length) {
    int next = copy(ID, to, at);
    next = copy(ascii(new Position(epoch, seq).toString()), to, next);
    next = copy(DATA, to, next);
    System.arraycopy(data, from, to, next, length);
    replaceLineBreaks(to, next, next + length);
    return copy(END, to, next + length);
  }

  /**
   * Replaces line breaks by spaces: a line break would end the data of the event, and JSON has line
   * breaks between tokens only, where a space means the same.
   */
  private static void replaceLineBreaks(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        bytes[i] = ' ';
      }
    }
  }

  private static int copy(byte[] source, byte[] to, int at) {
    System.arraycopy(source, 0, to, at, source.length);
    return at + source.length;
  }

  private static int prefixLength(int epoch) {
    return epoch == Position.FIRST_EPOCH ? 0 : digits(epoch) + 1;
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
