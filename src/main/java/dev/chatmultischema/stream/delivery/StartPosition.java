package dev.chatmultischema.stream.delivery;

import dev.chatmultischema.message.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The position at which a stream starts, and the event {@code ready} or {@code reset} for it. */
public sealed interface StartPosition {

  /** Returns the tenant's head when the stream was opened. */
  Position head();

  /** Returns the {@code seq} after which messages follow. */
  long position();

  /** Returns the name of the first event. */
  String event();

  /** Returns the lines of the first event after its name. */
  String fields();

  /** Start at the head, because the client gave no position. */
  record Live(Position head) implements StartPosition {
    @Override
    public long position() {
      return head.seq();
    }

    @Override
    public String event() {
      return "ready";
    }

    // With the id, a browser whose connection breaks before the first message misses none.
    @Override
    public String fields() {
      return "id: " + head + "\n" + data(head, "null", "");
    }
  }

  /** Start after the client's position. */
  record Resumed(Position head, long position) implements StartPosition {
    @Override
    public String event() {
      return "ready";
    }

    @Override
    public String fields() {
      return data(head, Long.toString(position), "");
    }
  }

  /** Start at the head, because the client's position is beyond it or of another epoch. */
  record Reset(Position head, Position requested) implements StartPosition {
    @Override
    public long position() {
      return head.seq();
    }

    @Override
    public String event() {
      return "reset";
    }

    // With the id, a browser forgets its invalid one. A number cannot express a later epoch.
    @Override
    public String fields() {
      boolean isNumber = requested.epoch() == Position.FIRST_EPOCH;
      var text = isNumber ? requested.toString() : "\"" + requested + "\"";
      return "id: " + head + "\n" + data(head, "null", ",\"requested\":" + text);
    }
  }

  private static String data(Position head, String resumedFrom, String more) {
    return String.format(
        Locale.ROOT,
        "data: {\"head_seq\":%d,\"resumed_from\":%s,\"epoch\":%d,\"first_seq\":%d%s}",
        head.seq(),
        resumedFrom,
        head.epoch(),
        Position.FIRST_SEQ,
        more);
  }

  /**
   * Returns the start for the position that a client gave, if it gave one.
   *
   * @param head the tenant's head, read after the request arrived
   */
  static StartPosition of(Optional<Position> requested, Position head) {
    if (requested.isEmpty()) {
      return new Live(head);
    }
    var position = requested.get();
    return position.isValidAt(head) ? new Resumed(head, position.seq()) : new Reset(head, position);
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
