package dev.chatmultischema.bench;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Load until the JVM has compiled the code, which is when its costs do not fall any more. */
final class WarmUp {

  private static final double STEADY = 0.05;

  private WarmUp() {}

  /**
   * Repeats a window of load for at least half of the time, until none of its costs differs by 5 %
   * or more from that in the window before, or the time is over: costs may stay constant for some
   * seconds while the compiler still has much to do.
   */
  static void run(String name, int maxSeconds, Callable<List<Double>> window) throws Exception {
    long started = System.nanoTime();
    long end = started + TimeUnit.SECONDS.toNanos(maxSeconds);
    long half = started + TimeUnit.SECONDS.toNanos(maxSeconds) / 2;
    var before = window.call();
    boolean steady = false;
    while (!(steady && System.nanoTime() > half) && System.nanoTime() < end) {
      var after = window.call();
      steady = steady(before, after);
      before = after;
      System.out.printf("  warming up %s: %s µs%n", name, text(after));
    }
    System.out.printf("  %s is %s%n", name, steady ? "warm" : "not steady, time is over");
  }

  private static String text(List<Double> costs) {
    return String.join(", ", costs.stream().map("%.1f"::formatted).toList());
  }

  private static boolean steady(List<Double> before, List<Double> after) {
    for (int i = 0; i < before.size(); i++) {
      if (Math.abs(after.get(i) / before.get(i) - 1) >= STEADY) {
        return false;
      }
    }
    return true;
  }
}
