package dev.chatmultischema.cli;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends the process with exit code 1 if the shutdown lasts longer than 14 s and its delay.
 * Deliveries that are not stored by then are not acknowledged either, so the broker delivers them
 * to another node.
 *
 * <p>Each part bounds its own shutdown; this class bounds their sum, even if one part hangs.
 */
public final class StopDeadline {

  private static final Duration DEADLINE = Duration.ofSeconds(14);

  private static volatile Duration delay = Duration.ZERO;

  private StopDeadline() {}

  /** Adds the time by which the shutdown is delayed on purpose. */
  public static void delay(Duration time) {
    delay = time;
  }

  /** Installs a shutdown hook that starts the time limit when the JVM begins its shutdown. */
  public static void install() {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(StopDeadline::startWatch, "stop-deadline-start"));
  }

  private static void startWatch() {
    // The hook itself must return, since the JVM waits for it.
    var limit = DEADLINE.plus(delay);
    var deadline = System.nanoTime() + limit.toNanos();
    var watch =
        new Thread(
            () -> {
              while (System.nanoTime() < deadline) {
                LockSupport.parkNanos(deadline - System.nanoTime());
              }
              System.err.println(
                  "shutdown not complete after " + limit.toSeconds() + " s, ending the process");
              Runtime.getRuntime().halt(1);
            },
            "stop-deadline");
    watch.setDaemon(true);
    watch.start();
  }
}
