package dev.chatmultischema.history;

import dev.chatmultischema.message.MessageDao;
import dev.chatmultischema.message.Position;
import dev.chatmultischema.tenant.TenantId;

/**
 * Reads the history of a tenant page by page, up to the head that it had when the export was
 * opened. Between two pages it holds neither a connection nor a message.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class HistoryExport {

  private static final int MAX_MESSAGES = 500;

  private final MessageDao messages;
  private final HistoryLines lines;
  private final TenantId tenant;
  private final Position head;
  private long position;
  private long exported;

  HistoryExport(
      MessageDao messages, HistoryLines lines, TenantId tenant, long afterSeq, Position head) {
    this.messages = messages;
    this.lines = lines;
    this.tenant = tenant;
    this.position = afterSeq;
    this.head = head;
  }

  /**
   * Returns the next messages, one line of JSON each; an array without bytes at the end.
   *
   * @param maxBytes the bytes of content after which a page ends; it has at least one message
   * @throws HistoryExpired if messages after the last page, or after the {@code seq} with which a
   *     former export ended, were deleted or lost meanwhile
   * @throws org.jdbi.v3.core.JdbiException if the query fails; the call may be repeated
   */
  public byte[] nextPage(long maxBytes) throws HistoryExpired {
    if (isComplete()) {
      return new byte[0];
    }
    var page =
        messages.after(tenant, position, MAX_MESSAGES, maxBytes).stream()
            .filter(message -> message.seq() <= head.seq())
            .toList();
    if (page.stream().anyMatch(message -> message.epoch() != head.epoch())) {
      throw HistoryExpired.otherEpoch();
    }
    long next = page.isEmpty() ? head.seq() + 1 : page.get(0).seq();
    // Without after_seq, an export begins with the first message that is not deleted.
    if (position > 0 && next != position + 1) {
      throw HistoryExpired.deleted(position + 1, next - 1);
    }
    position = page.isEmpty() ? head.seq() : page.get(page.size() - 1).seq();
    exported += page.size();
    return lines.encode(page);
  }

  /** Returns whether all messages were returned. */
  public boolean isComplete() {
    return position >= head.seq();
  }

  /** Returns the {@code seq} of the last message that the export contains. */
  public long head() {
    return head.seq();
  }

  /** Returns the {@code seq} of the last message that was returned. */
  public long position() {
    return position;
  }

  /** Returns the number of messages that were returned. */
  public long exported() {
    return exported;
  }
}
