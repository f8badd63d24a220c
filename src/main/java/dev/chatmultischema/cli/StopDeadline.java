package dev.chatmultischema.cli;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends the process where stopping takes too long, with exit code 1: what was not done by then is
 * not acknowledged either, so another node does it.
 *
 * <p>Each part bounds its own time to stop; this bounds their sum, whatever hangs.
 */
public final class StopDeadline {

  private static final Duration DEADLINE = Duration.ofSeconds(14);

  private StopDeadline() {}

  /** Counts from the signal that stops this JVM. */
  public static void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(StopDeadline::count, "stop-deadline-start"));
  }

  private static void count() {
    // The hook itself must end, or the JVM would wait for it.
    var deadline = System.nanoTime() + DEADLINE.toNanos();
    var watch =
        new Thread(
            () -> {
              while (System.nanoTime() < deadline) {
                LockSupport.parkNanos(deadline - System.nanoTime());
              }
              System.err.println("not stopped after " + DEADLINE.toSeconds() + " s, giving up");
              Runtime.getRuntime().halt(1);
            },
            "stop-deadline");
    watch.setDaemon(true);
    watch.start();
  }
}
