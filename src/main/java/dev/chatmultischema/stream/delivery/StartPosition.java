package dev.chatmultischema.stream.delivery;

import dev.chatmultischema.message.HistoryBounds;
import dev.chatmultischema.message.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The position at which a stream starts, and the event {@code ready} or {@code reset} for it. */
public sealed interface StartPosition {

  /** Returns the bounds of the tenant's history when the stream was opened. */
  HistoryBounds history();

  /** Returns the {@code seq} after which messages follow. */
  long position();

  /** Returns the name of the first event. */
  String event();

  /** Returns the lines of the first event after its name. */
  String fields();

  /** Start at the head, because the client gave no position. */
  record Live(HistoryBounds history) implements StartPosition {
    @Override
    public long position() {
      return history.head().seq();
    }

    @Override
    public String event() {
      return "ready";
    }

    // With the id, a browser whose connection breaks before the first message misses none.
    @Override
    public String fields() {
      return "id: " + history.head() + "\n" + data(history, "null", "");
    }
  }

  /** Start after the client's position. */
  record Resumed(HistoryBounds history, long requested) implements StartPosition {
    @Override
    public long position() {
      return Math.max(requested, history.firstSeq() - 1);
    }

    @Override
    public String event() {
      return "ready";
    }

    @Override
    public String fields() {
      return data(history, Long.toString(requested), "");
    }
  }

  /** Start at the head, because not all messages after the client's position can follow it. */
  record Reset(HistoryBounds history, Position requested) implements StartPosition {
    @Override
    public long position() {
      return history.head().seq();
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
      return "id: " + history.head() + "\n" + data(history, "null", ",\"requested\":" + text);
    }
  }

  private static String data(HistoryBounds history, String resumedFrom, String more) {
    return String.format(
        Locale.ROOT,
        "data: {\"head_seq\":%d,\"resumed_from\":%s,\"epoch\":%d,\"first_seq\":%d%s}",
        history.head().seq(),
        resumedFrom,
        history.head().epoch(),
        history.firstSeq(),
        more);
  }

  /**
   * Returns the start for the position that a client gave, if it gave one.
   *
   * @param history the bounds of the tenant's history, read after the request arrived
   */
  static StartPosition of(Optional<Position> requested, HistoryBounds history) {
    if (requested.isEmpty()) {
      return new Live(history);
    }
    var position = requested.get();
    return history.canFollow(position)
        ? new Resumed(history, position.seq())
        : new Reset(history, position);
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
