package dev.chatmultischema.bench;

import java.util.Arrays;

/** Durations of one kind, in nanoseconds, and their percentiles. */
final class Latencies {

  private final long[] nanos;
  private int count;

  Latencies(int max) {
    nanos = new long[max];
  }

  synchronized void add(long duration) {
    if (count < nanos.length) {
      nanos[count++] = duration;
    }
  }

  /** Returns a percentile in milliseconds. */
  synchronized double percentile(double percent) {
    if (count == 0) {
      return Double.NaN;
    }
    var sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(count - 1, Math.floor(count * percent / 100))] / 1e6;
  }

  synchronized int count() {
    return count;
  }

  @Override
  public String toString() {
    return "p50 %.1f ms, p99 %.1f ms".formatted(percentile(50), percentile(99));
  }
}
