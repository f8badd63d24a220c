package dev.chatmultischema.logging;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ids by which log lines of several nodes are assigned to one request. Both come from outside,
 * so neither is a secret, or unique.
 *
 * @param requestId 1 to {@value #MAX_REQUEST_ID} characters of {@code A-Z a-z 0-9 . _ : / + = @ -},
 *     or null if it is unknown
 * @param traceparent the position of the request in a trace (W3C Trace Context, section 3.2), or
 *     null if the request belongs to none
 */
public record RequestTrace(String requestId, String traceparent) {

  public static final RequestTrace NONE = new RequestTrace(null, null);

  /** The maximum length of a request id. */
  static final int MAX_REQUEST_ID = 128;

  /** The length of version 00, of which later versions are extensions. */
  private static final int TRACEPARENT = 55;

  private static final int TRACE_ID = 3;
  private static final int PARENT_ID = 36;
  private static final int FLAGS = 53;

  /** Returns the ids that another program names; an invalid one counts as absent. */
  public static RequestTrace parse(String requestId, String traceparent) {
    var id = isRequestId(requestId) ? requestId : null;
    var trace = isTraceparent(traceparent) ? version00(traceparent) : null;
    return id == null && trace == null ? NONE : new RequestTrace(id, trace);
  }

  /** Returns the same trace with a random request id if it has none. */
  public RequestTrace withRequestId() {
    return requestId == null ? new RequestTrace(randomId(), traceparent) : this;
  }

  /** Returns a UUIDv4; it need not be hard to guess. */
  private static String randomId() {
    var random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & (-1L >>> 2)) | (1L << 63);
    return new UUID(high, low).toString();
  }

  /** Returns the trace's id, 32 hexadecimal digits; null if the request belongs to no trace. */
  public String traceId() {
    return traceparent == null ? null : traceparent.substring(TRACE_ID, PARENT_ID - 1);
  }

  /** Returns whether the caller says that it may have recorded this trace. */
  public boolean isSampled() {
    return traceparent != null && (Character.digit(traceparent.charAt(FLAGS + 1), 16) & 1) == 1;
  }

  private static boolean isRequestId(String text) {
    if (text == null || text.isEmpty() || text.length() > MAX_REQUEST_ID) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isSafe(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSafe(char c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || "._:/+=@-".indexOf(c) >= 0;
  }

  private static boolean isTraceparent(String text) {
    if (text == null || text.length() < TRACEPARENT) {
      return false;
    }
    boolean isLater = !text.startsWith("00");
    return isHex(text, 0, 2)
        && !text.startsWith("ff")
        && text.charAt(TRACE_ID - 1) == '-'
        && isId(text, TRACE_ID, PARENT_ID - 1)
        && text.charAt(PARENT_ID - 1) == '-'
        && isId(text, PARENT_ID, FLAGS - 1)
        && text.charAt(FLAGS - 1) == '-'
        && isHex(text, FLAGS, TRACEPARENT)
        && (text.length() == TRACEPARENT || (isLater && text.charAt(TRACEPARENT) == '-'));
  }

  /** Returns the fields that this version knows, under its number. */
  private static String version00(String text) {
    return text.length() == TRACEPARENT && text.startsWith("00")
        ? text
        : "00" + text.substring(2, TRACEPARENT);
  }

  /** Returns whether these are hexadecimal digits that are not all zero. */
  private static boolean isId(String text, int from, int to) {
    boolean isZero = true;
    for (int i = from; i < to; i++) {
      isZero &= text.charAt(i) == '0';
    }
    return !isZero && isHex(text, from, to);
  }

  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
