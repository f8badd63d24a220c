package dev.chatmultischema.http.request;

import java.time.Duration;
import java.util.Map;

/**
 * Limits on request bodies.
 *
 * @param defaultBytes the maximum length of a body, encoded and decoded
 * @param bytesByPath the maximum lengths of single paths
 * @param silence the longest time in which a client may send nothing
 * @param total the longest time in which a body must arrive
 * @param bytesPerSecond the minimum average rate once {@code silence} has passed
 */
public record RequestLimits(
    int defaultBytes,
    Map<String, Integer> bytesByPath,
    Duration silence,
    Duration total,
    long bytesPerSecond) {

  int bytes(String path) {
    return bytesByPath.getOrDefault(path, defaultBytes);
  }

  /**
   * Returns whether a body of which {@code bytes} have arrived after {@code nanos} ns is too slow.
   */
  boolean isTooSlow(long nanos, long bytes) {
    if (nanos <= silence.toNanos()) {
      return false;
    }
    double seconds = (nanos - silence.toNanos()) / 1e9;
    return nanos > total.toNanos() || bytes < seconds * bytesPerSecond;
  }
}
