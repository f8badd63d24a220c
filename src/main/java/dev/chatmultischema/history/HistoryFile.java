package dev.chatmultischema.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file of this node that receives an export; readable by the user of the service only. */
public final class HistoryFile implements Closeable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A line is shorter: content has at most 64 KiB, and up to six bytes for each of its bytes. */
  private static final int MAX_LINE = 1024 * 1024;

  private final FileChannel channel;
  private final long lastSeq;

  private HistoryFile(FileChannel channel, long lastSeq) {
    this.channel = channel;
    this.lastSeq = lastSeq;
  }

  /**
   * Creates a file.
   *
   * @throws IOException if it exists or cannot be created
   */
  public static HistoryFile create(Path file) throws IOException {
    return new HistoryFile(
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
        0);
  }

  /**
   * Opens a file that an interrupted export has left, and removes an incomplete line at its end.
   *
   * @throws IOException if there is no such file, or its last line is not a message
   */
  public static HistoryFile resume(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      long size = channel.size();
      int length = (int) Math.min(size, 2L * MAX_LINE);
      var tail = ByteBuffer.allocate(length);
      while (tail.hasRemaining() && channel.read(tail, size - length + tail.position()) >= 0) {
        // Reads on until the end.
      }
      int end = lastLineFeed(tail, length - 1);
      long lastSeq = end < 0 ? emptyFile(size) : seq(tail, lastLineFeed(tail, end - 1) + 1, end);
      channel.truncate(size - length + end + 1);
      channel.position(channel.size());
      return new HistoryFile(channel, lastSeq);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static int lastLineFeed(ByteBuffer bytes, int from) {
    int at = from;
    while (at >= 0 && bytes.get(at) != '\n') {
      at--;
    }
    return at;
  }

  /** A file without a complete line is resumed only if it may be the beginning of one. */
  private static long emptyFile(long size) throws IOException {
    if (size > MAX_LINE) {
      throw new IOException("the file is not an export");
    }
    return 0;
  }

  private static long seq(ByteBuffer bytes, int from, int to) throws IOException {
    JsonNode line = null;
    try {
      line = JSON.readTree(bytes.array(), from, to - from);
    } catch (IOException e) {
      throw new IOException("the file is not an export: its last line is not JSON", e);
    }
    if (!line.path("seq").canConvertToExactIntegral() || !line.has("message_id")) {
      throw new IOException("the file is not an export: its last line is not a message");
    }
    return line.get("seq").asLong();
  }

  /** Returns the {@code seq} of the last complete line; 0 if there is none. */
  public long lastSeq() {
    return lastSeq;
  }

  /** Appends bytes. */
  public void append(byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Writes what was appended to the disk, and closes the file. */
  @Override
  public void close() throws IOException {
    try (channel) {
      channel.force(true);
    }
  }

  /**
   * Describes a failure for an operator; the message of most failures of files is only the path.
   */
  public static String reason(Exception failure) {
    if (failure instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " exists; name another file, or add resume=true";
    }
    return failure instanceof FileSystemException
        ? failure.getClass().getSimpleName() + ": " + failure.getMessage()
        : failure.getMessage();
  }
}
