package dev.chatmultischema.stream;

import java.util.Locale;

/**
 * A stream is not opened, or a ticket not issued or accepted; the message explains it to clients.
 */
public final class StreamRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** The condition that refuses the stream or ticket. */
  public enum Reason {
    /** The node, the user or the tenant has as many open streams as it may have. */
    TOO_MANY_STREAMS,
    /** The user has as many unused tickets as it may have. */
    TOO_MANY_TICKETS,
    /** The ticket was never issued, has been used or has expired. */
    INVALID_TICKET,
    /** The node shuts down. */
    STOPPING
  }

  private final Reason reason;

  private StreamRefused(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  public static StreamRefused tooMany(String whose, int max) {
    return new StreamRefused(
        Reason.TOO_MANY_STREAMS,
        String.format(Locale.ROOT, "%s has %d streams open, the most allowed", whose, max));
  }

  public static StreamRefused tooManyTickets(int max) {
    return new StreamRefused(
        Reason.TOO_MANY_TICKETS,
        String.format(Locale.ROOT, "you have %d tickets that are not used, the most allowed", max));
  }

  public static StreamRefused invalidTicket() {
    return new StreamRefused(
        Reason.INVALID_TICKET, "the ticket was used, has expired or never was one");
  }

  public static StreamRefused stopping() {
    return new StreamRefused(Reason.STOPPING, "this node stops, connect again to reach another");
  }
}
