package dev.chatmultischema.stream.delivery;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** The reason for which a stream is closed, as a code for logs and a last comment or field. */
public enum CloseReason {
  /** The client closed the connection, or the connection broke. */
  DISCONNECTED("disconnected", true, ""),
  /** The client reads too slowly, or not at all. */
  SLOW_CONSUMER("slow_consumer", true, ""),
  /** The token that the stream was opened with has expired. */
  TOKEN_EXPIRED("token_expired", true, ": the token expired\n\n"),
  /** The user or the tenant was deleted, or the user may no longer use the tenant. */
  ACCESS_WITHDRAWN("access_withdrawn", false, ": access was withdrawn\n\n"),
  /** PostgreSQL has lost messages of the feed, as after a restored backup: a new epoch begins. */
  HISTORY_REGRESSED("history_regressed", true, ": the messages changed, reconnect\n\n"),
  /** Messages that the stream would have sent next were deleted by the tenant's retention. */
  MESSAGES_DELETED("messages_deleted", true, ": the next messages were deleted, reconnect\n\n"),
  /** Contents were erased, which the node's memory may have. */
  CONTENTS_ERASED("contents_erased", true, ": contents were erased, reconnect\n\n"),
  /** Serving the stream failed for a reason that lies in this node. */
  INTERNAL_ERROR("internal_error", true, ""),
  /** The node shuts down: clients reconnect to other nodes, spread over some seconds. */
  SHUTDOWN("shutdown", true, "") {
    @Override
    ByteBuffer lastBytes() {
      return ascii(
          String.format(
              Locale.ROOT,
              "retry: %d\n\n",
              ThreadLocalRandom.current().nextInt(MIN_RETRY_MILLIS, MAX_RETRY_MILLIS)));
    }
  };

  private static final int MIN_RETRY_MILLIS = 500;
  private static final int MAX_RETRY_MILLIS = 5_000;

  private final String code;
  private final boolean shouldReconnect;
  private final String lastText;

  CloseReason(String code, boolean shouldReconnect, String lastText) {
    this.code = code;
    this.shouldReconnect = shouldReconnect;
    this.lastText = lastText;
  }

  /** Returns the bytes that are written before the connection closes; they may be empty. */
  ByteBuffer lastBytes() {
    return ascii(lastText);
  }

  /** Returns the code and the expected behaviour of the client, for logs. */
  @Override
  public String toString() {
    return code + (shouldReconnect ? ", the client should reconnect" : ", final");
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
