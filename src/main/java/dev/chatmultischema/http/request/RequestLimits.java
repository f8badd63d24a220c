package dev.chatmultischema.http.request;

import java.time.Duration;
import java.util.Map;

/**
 * What request bodies are held to.
 *
 * @param defaultBytes of a body, decoded or not, where {@code bytesByPath} has no other value
 * @param silence how long a client may send nothing
 * @param total how long a body may take
 * @param bytesPerSecond that a body must have brought on average, once {@code silence} has passed
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

  /** Whether a body that has brought so many bytes in so many nanoseconds is too slow. */
  boolean tooSlow(long nanos, long bytes) {
    if (nanos <= silence.toNanos()) {
      return false;
    }
    double seconds = (nanos - silence.toNanos()) / 1e9;
    return nanos > total.toNanos() || bytes < seconds * bytesPerSecond;
  }
}
