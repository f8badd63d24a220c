package dev.chatmultischema.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores the messages of newline-delimited JSON while it arrives, in transactions of up to 250
 * messages. It holds at most {@link #MAX_HELD_BYTES}.
 *
 * <p>Not safe for use by several threads at once. After an exception, other than one of an
 * unavailable database, nothing more may be added.
 */
public final class HistoryImport {

  /** The largest line, which is that of a request with one message. */
  private static final int MAX_LINE = 512 * 1024;

  private static final int MAX_BATCH = 250;
  private static final int MAX_BATCH_BYTES = 512 * 1024;

  /** The bytes that an import may hold: a line, and a batch as text. */
  public static final int MAX_HELD_BYTES = MAX_LINE + 2 * (MAX_BATCH_BYTES + MAX_LINE);

  private final ImportStore store;
  private final LineParser parser;
  private final TenantId tenant;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final List<ImportedMessage> batch = new ArrayList<>();
  private int batchBytes;
  private long lines;
  private long imported;
  private long skipped;
  private long head;

  HistoryImport(ImportStore store, LineParser parser, TenantId tenant) {
    this.store = store;
    this.parser = parser;
    this.tenant = tenant;
  }

  /**
   * The result of an import.
   *
   * @param imported the number of messages that were stored
   * @param skipped the number of messages that an earlier request of the same import had stored
   * @param headSeq the {@code seq} of the last of them
   */
  @JsonSnakeCase
  public record Imported(long imported, long skipped, long headSeq) {}

  /**
   * Adds bytes of any number of lines, and stores those that make a batch.
   *
   * @throws ImportRefused if a line is refused; the messages of all lines before it are stored
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable; an unknown number of
   *     lines is stored
   */
  public void add(byte[] bytes, int from, int length) {
    int begin = from;
    for (int at = from; at < from + length; at++) {
      if (bytes[at] == '\n') {
        line.write(bytes, begin, at - begin);
        endLine();
        begin = at + 1;
      }
    }
    line.write(bytes, begin, from + length - begin);
    if (line.size() > MAX_LINE) {
      lines++;
      storeBatch();
      throw ImportRefused.invalidLine(lines, "has more than " + MAX_LINE + " bytes");
    }
  }

  private void endLine() {
    lines++;
    int length = line.size();
    try {
      if (length > MAX_LINE) {
        throw ImportRefused.invalidLine(lines, "has more than " + MAX_LINE + " bytes");
      }
      if (!isBlank()) {
        batch.add(parser.parse(lines, line.toByteArray(), 0, length));
        batchBytes += length;
      }
    } catch (ImportRefused e) {
      storeBatch();
      throw e;
    } finally {
      line.reset();
    }
    if (batch.size() == MAX_BATCH || batchBytes >= MAX_BATCH_BYTES) {
      storeBatch();
    }
  }

  private boolean isBlank() {
    return line.size() < 16 && line.toString(UTF_8).isBlank();
  }

  private void storeBatch() {
    if (!batch.isEmpty()) {
      var stored = store.store(tenant, batch);
      imported += stored.added();
      skipped += stored.known();
      head = stored.head();
      batch.clear();
      batchBytes = 0;
    }
  }

  /**
   * Stores the messages of all complete lines, as after the loss of the connection.
   *
   * @throws ImportRefused if a line is refused
   */
  public void storeCompleteLines() {
    storeBatch();
  }

  /**
   * Stores the last messages, and returns the result of the import.
   *
   * @throws ImportRefused if a line is refused
   */
  public Imported finish() {
    if (line.size() > 0) {
      endLine();
    }
    storeBatch();
    return result();
  }

  /** Returns the result so far. */
  public Imported result() {
    return new Imported(imported, skipped, head);
  }
}
