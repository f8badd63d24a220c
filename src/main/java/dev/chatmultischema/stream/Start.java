package dev.chatmultischema.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Where a stream begins, and what it is told first. */
sealed interface Start {

  /** The highest {@code seq} at that time. */
  long head();

  /** The {@code seq} after which events follow. */
  long position();

  /** The fields of the first event, after its name. */
  String fields();

  String event();

  /** With what comes from now on, since no position was given. */
  record Live(long head) implements Start {
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

  /** With all that follows a position. */
  record Resumed(long head, long position) implements Start {
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

  /** With what comes from now on, since the position given was never reached. */
  record Reset(long head, long requested) implements Start {
    @Override
    public long position() {
      return head;
    }

    @Override
    public String event() {
      return "reset";
    }

    // With the id, a browser forgets the one that was beyond the head.
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
   * @param requested the position asked for, or a negative number if none was
   */
  static Start of(long requested, long head) {
    if (requested < 0) {
      return new Live(head);
    }
    return requested > head ? new Reset(head, requested) : new Resumed(head, requested);
  }

  /** The first event, with a wait before reconnecting that differs from stream to stream. */
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
