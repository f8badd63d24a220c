package dev.chatmultischema.admin;

import dev.chatmultischema.tenant.TenantId;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the progress of a task on a tenant's history: in the log every 3 s, while the task runs,
 * and in its output at the beginning and then every 3 s.
 */
final class HistoryProgress {

  private static final Logger LOG = LoggerFactory.getLogger(HistoryProgress.class);
  private static final Duration PERIOD = Duration.ofSeconds(3);

  private final String verb;
  private final TenantId tenant;
  private final PrintWriter output;
  private long next = System.nanoTime();

  /**
   * @param verb what is done with messages, as in {@code exported}
   */
  HistoryProgress(String verb, TenantId tenant, PrintWriter output) {
    this.verb = verb;
    this.tenant = tenant;
    this.output = output;
  }

  /**
   * Reports the progress if it is time.
   *
   * @param messages the number of messages so far
   * @param position where the task is
   * @throws InterruptedException if the node stops
   */
  void report(long messages, String position) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the node stops");
    }
    if (System.nanoTime() - next >= 0) {
      next = System.nanoTime() + PERIOD.toNanos();
      var text = String.format(Locale.ROOT, "%s %d messages, %s", verb, messages, position);
      output.println(text);
      LOG.info("tenant {}: {}", tenant, text);
    }
  }
}
