package dev.chatmultischema.limits;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The state of a limit for a client, as the header fields {@code RateLimit-Policy} and {@code
 * RateLimit} show it (draft-ietf-httpapi-ratelimit-headers, sections 3 and 4).
 *
 * @param quota the most that the window allows, over all nodes
 * @param window the time in which a used quota becomes available again; null for a count, which has
 *     none
 * @param remaining what this node grants at once
 * @param reset the time after which more is granted; null if it is unknown
 */
public record RateLimit(
    LimitName name, long quota, Duration window, long remaining, Duration reset) {

  static RateLimit ofCount(LimitName name, long quota) {
    return new RateLimit(name, quota, null, 0, null);
  }

  /** Returns the header fields, as structured fields (RFC 9651). */
  public Map<String, String> headers() {
    var policy = item("q", quota);
    if (name.unit() != null) {
      policy.append(";qu=\"").append(name.unit()).append('"');
    }
    if (window != null) {
      policy.append(";w=").append(window.toSeconds());
    }
    var state = item("r", Math.max(0, remaining));
    if (reset != null) {
      state.append(";t=").append(seconds(reset));
    }
    var headers = new LinkedHashMap<String, String>();
    headers.put("RateLimit-Policy", policy.toString());
    headers.put("RateLimit", state.toString());
    return headers;
  }

  private StringBuilder item(String parameter, long value) {
    return new StringBuilder(64)
        .append('"')
        .append(name.label())
        .append("\";")
        .append(parameter)
        .append('=')
        .append(value);
  }

  /** Returns a time in whole seconds, rounded up, at least 1. */
  static long seconds(Duration time) {
    return Math.max(1, time.plusNanos(999_999_999).toSeconds());
  }

  /** Returns the limit in words, as in {@code 100 messages in 1 s}. */
  String description() {
    return window == null
        ? String.format(Locale.ROOT, "%d %s", quota, name.counted())
        : String.format(Locale.ROOT, "%d %s in %d s", quota, name.counted(), window.toSeconds());
  }
}
