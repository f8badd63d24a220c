package dev.chatmultischema.stream.access;

import java.util.Locale;

/**
 * A stream is not opened, or a ticket is not issued or not accepted. The message is written for the
 * client to read.
 */
public final class StreamRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Reason reason;

  /** The condition that refuses the stream or ticket. */
  public enum Reason {
    /** The node has as many open streams as allowed. */
    TOO_MANY_STREAMS,
    /** The ticket was never issued, has been used or has expired. */
    INVALID_TICKET,
    /** The node shuts down. */
    SHUTDOWN
  }

  private StreamRefused(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  public static StreamRefused tooManyStreams(int max) {
    return new StreamRefused(
        Reason.TOO_MANY_STREAMS,
        String.format(Locale.ROOT, "this node has %d open streams, the most allowed", max));
  }

  public static StreamRefused invalidTicket() {
    return new StreamRefused(
        Reason.INVALID_TICKET, "the ticket was used, has expired or was never issued");
  }

  public static StreamRefused shutdown() {
    return new StreamRefused(
        Reason.SHUTDOWN, "this node shuts down, connect again to reach another");
  }
}
