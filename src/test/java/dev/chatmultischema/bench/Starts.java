package dev.chatmultischema.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The time from the start of a process to readiness. */
final class Starts {

  private Starts() {}

  /** Starts each target in turns; returns the median time of each, in seconds. */
  static List<Double> of(List<PostTarget> targets, int rounds) throws IOException {
    Map<PostTarget, List<Double>> times = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      System.out.printf("Starts: %d of %d%n", round, rounds);
      for (var target : targets) {
        long started = System.nanoTime();
        try (var process = target.starter().start()) {
          double time = (System.nanoTime() - started) / 1e9;
          System.out.printf("  process %d of %s: %.2f s%n", process.pid(), target.name(), time);
          times.computeIfAbsent(target, first -> new ArrayList<>()).add(time);
        }
      }
    }
    return times.values().stream().map(Median::of).toList();
  }
}
