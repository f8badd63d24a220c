package dev.chatmultischema.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Why a stream ends. */
enum Ending {
  /** The client went away, or the connection broke. */
  GONE(""),
  /** The client reads too slowly, or not at all. */
  TOO_SLOW(""),
  EXPIRED(": the token expired\n\n"),
  /** The user or the tenant was removed, or the one may not use the other any more. */
  FORBIDDEN(": access was withdrawn\n\n"),
  /** The store has less than was seen before, as after a restored backup. */
  REGRESSED(": the messages changed, reconnect\n\n"),
  /** The node stops: clients come back to others, not all at once. */
  STOPPING("") {
    @Override
    ByteBuffer farewell() {
      return ascii(
          String.format(
              Locale.ROOT,
              "retry: %d\n\n",
              ThreadLocalRandom.current().nextInt(MIN_RETRY_MILLIS, MAX_RETRY_MILLIS)));
    }
  };

  private static final int MIN_RETRY_MILLIS = 500;
  private static final int MAX_RETRY_MILLIS = 5_000;

  private final String text;

  Ending(String text) {
    this.text = text;
  }

  /** What to write before the end; may be nothing. */
  ByteBuffer farewell() {
    return ascii(text);
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
