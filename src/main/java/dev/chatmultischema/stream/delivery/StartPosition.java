package dev.chatmultischema.stream.delivery;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/** The position at which a stream starts, and the event {@code ready} or {@code reset} for it. */
public sealed interface StartPosition {

  /** Returns the tenant's head when the stream was opened. */
  long head();

  /** Returns the {@code seq} after which messages follow. */
  long position();

  /** Returns the name of the first event. */
  String event();

  /** Returns the lines of the first event after its name. */
  String fields();

  /** Start at the head, because the client gave no position. */
  record Live(long head) implements StartPosition {
    @Override
    public long position() {
      return head;
    }

    @Override
    public String event() {
      return "ready";
    }

    // With the id, a browser whose connection breaks before the first message misses none.
    @Override
    public String fields() {
      return String.format(
          Locale.ROOT, "id: %1$d\ndata: {\"head_seq\":%1$d,\"resumed_from\":null}", head);
    }
  }

  /** Start after the client's position. */
  record Resumed(long head, long position) implements StartPosition {
    @Override
    public String event() {
      return "ready";
    }

    @Override
    public String fields() {
      return String.format(
          Locale.ROOT, "data: {\"head_seq\":%d,\"resumed_from\":%d}", head, position);
    }
  }

  /** Start at the head, because the client's position is beyond it. */
  record Reset(long head, long requested) implements StartPosition {
    @Override
    public long position() {
      return head;
    }

    @Override
    public String event() {
      return "reset";
    }

    // With the id, a browser forgets the id that is beyond the head.
    @Override
    public String fields() {
      return String.format(
          Locale.ROOT,
          "id: %1$d\ndata: {\"head_seq\":%1$d,\"resumed_from\":null,\"requested\":%2$d}",
          head,
          requested);
    }
  }

  /**
   * Returns the start for the position that a client gave, if it gave one.
   *
   * @param head the tenant's head, read after the request arrived
   */
  static StartPosition of(OptionalLong requested, long head) {
    if (requested.isEmpty()) {
      return new Live(head);
    }
    long position = requested.getAsLong();
    return position > head ? new Reset(head, position) : new Resumed(head, position);
  }

  /** Returns the first event, with a random {@code retry} that spreads reconnecting clients. */
  default ByteBuffer encode() {
    var text =
        String.format(
            Locale.ROOT,
            "event: %s\n%s\nretry: %d\n\n",
            event(),
            fields(),
            ThreadLocalRandom.current().nextInt(1_000, 3_000));
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
