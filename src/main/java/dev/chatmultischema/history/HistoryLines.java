package dev.chatmultischema.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.chatmultischema.message.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Encodes messages as newline-delimited JSON: each as in a list, on a line of its own. */
final class HistoryLines {

  private final ObjectWriter writer;

  HistoryLines(ObjectMapper json) {
    this.writer = json.writerFor(Message.class);
  }

  /** Returns the lines of messages; each ends with a line feed. */
  byte[] encode(List<Message> messages) {
    var lines = new ByteArrayOutputStream();
    try {
      for (var message : messages) {
        lines.writeBytes(writer.writeValueAsBytes(message));
        lines.write('\n');
      }
      return lines.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
