package dev.chatmultischema.limits;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Reports that a request exceeds a limit. The message is written for the client to read. */
public final class LimitExceeded extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient RateLimit limit;
  private final Kind kind;
  private final Duration retryAfter;

  /** The ways in which a request exceeds a limit. */
  public enum Kind {
    /** A later request may be within the limit, without anything else having changed. */
    RATE,
    /** So many exist already, or the request has more than the limit ever allows. */
    QUOTA
  }

  private LimitExceeded(RateLimit limit, Kind kind, Duration retryAfter, String message) {
    super(message, null, false, false);
    this.limit = limit;
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  static LimitExceeded rate(RateLimit limit) {
    return new LimitExceeded(
        limit,
        Kind.RATE,
        limit.reset(),
        String.format(
            Locale.ROOT,
            "the limit of %s is reached, try again in %d s",
            limit.description(),
            RateLimit.seconds(limit.reset())));
  }

  static LimitExceeded tooLarge(RateLimit limit, long requested) {
    return new LimitExceeded(
        limit,
        Kind.QUOTA,
        null,
        String.format(
            Locale.ROOT,
            "the request has %d %s and can never be accepted, since the limit is %s: send less at"
                + " once",
            requested,
            limit.name().counted(),
            limit.description()));
  }

  /**
   * Returns the exception for a count that is reached.
   *
   * @param retryAfter the time after which fewer may exist without the client's doing; null if that
   *     depends on the client
   */
  public static LimitExceeded count(LimitName name, long quota, Duration retryAfter) {
    var limit = RateLimit.ofCount(name, quota);
    return new LimitExceeded(
        limit,
        Kind.QUOTA,
        retryAfter,
        String.format(Locale.ROOT, "there are %s already, the most allowed", limit.description()));
  }

  public RateLimit limit() {
    return limit;
  }

  public Kind kind() {
    return kind;
  }

  /** Returns the time after which a retry may succeed; empty if it depends on the client. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
