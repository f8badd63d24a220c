package dev.chatmultischema.bench;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Load until the JVM has compiled the code, which is when its costs do not fall any more. */
final class WarmUp {

  private static final double MAX_COMPILER_SHARE = 0.02;
  private static final int QUIET_WINDOWS = 3;

  private WarmUp() {}

  /**
   * Repeats a window of load until the JVM's compiler threads have used at most 2 % of the
   * process's processor time in each of three successive windows, or the time is over.
   *
   * @param window returns the time of each request, in microseconds: of processor, or on the clock
   */
  static void run(String name, long pid, int maxSeconds, Callable<List<Double>> window)
      throws Exception {
    var process = new ProcessTree(pid);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(maxSeconds);
    int quiet = 0;
    while (quiet < QUIET_WINDOWS && System.nanoTime() < end) {
      double all = process.processorMicros();
      double compiler = process.compilerMicros();
      var costs = window.call();
      double share = (process.compilerMicros() - compiler) / (process.processorMicros() - all);
      quiet = share <= MAX_COMPILER_SHARE ? quiet + 1 : 0;
      System.out.printf(
          "  warming up %s: %s µs, compiler %.1f %%%n", name, text(costs), 100 * share);
    }
    System.out.printf(
        "  %s is %s%n", name, quiet == QUIET_WINDOWS ? "warm" : "not warm, time is over");
  }

  private static String text(List<Double> costs) {
    return String.join(", ", costs.stream().map("%.1f"::formatted).toList());
  }
}
