package dev.chatmultischema.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** The rate of responses in the time after the first request to a service. */
final class Ramp {

  private static final long WINDOW_MILLIS = 250;
  private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(WINDOW_MILLIS);
  private static final int WINDOWS_PER_SECOND = (int) (1_000 / WINDOW_MILLIS);

  private final int[] answered;

  /**
   * @param seconds the duration of the load
   */
  private Ramp(int seconds) {
    answered = new int[seconds * WINDOWS_PER_SECOND];
  }

  /**
   * Posts single messages to a process that has had no request but those for readiness, and records
   * when each was answered.
   */
  static Ramp of(PostTarget target, int seconds) throws IOException {
    System.out.printf("The first %d s of %s%n", seconds, target.name());
    var ramp = new Ramp(seconds);
    var request = LoadRequest.post(target.headers());
    try (var process = target.starter().start();
        var load = new Load(process.port(), request, Load.CONNECTIONS)) {
      long first = System.nanoTime();
      load.run(
          TimeUnit.SECONDS.toNanos(seconds),
          (number, started, now) -> ramp.count((now - first) / WINDOW_NANOS));
    }
    return ramp;
  }

  private void count(long window) {
    if (window < answered.length) {
      answered[(int) window]++;
    }
  }

  /** Returns the responses a second in the last seconds. */
  double steadyRate(int lastSeconds) {
    int windows = lastSeconds * WINDOWS_PER_SECOND;
    return (double) sum(answered.length - windows, answered.length) / lastSeconds;
  }

  /** Returns the seconds until the rate over one second was first as high. */
  double secondsUntil(double rate) {
    for (int end = WINDOWS_PER_SECOND; end <= answered.length; end++) {
      if (sum(end - WINDOWS_PER_SECOND, end) >= rate) {
        return (double) end / WINDOWS_PER_SECOND;
      }
    }
    return Double.NaN;
  }

  private int sum(int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += answered[i];
    }
    return sum;
  }
}
