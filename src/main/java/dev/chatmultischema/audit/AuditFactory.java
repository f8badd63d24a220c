package dev.chatmultischema.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.concurrency.PeriodicTask;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.ValidationMethod;
import org.jdbi.v3.core.Jdbi;

/** The {@code audit} section: the record of tasks and of security events. */
public final class AuditFactory {

  private static final java.time.Duration FIRST_DELAY = java.time.Duration.ofSeconds(1);

  private Duration retention = Duration.days(400);

  /** Sets the age after which rows are deleted; null or 0 keeps all. */
  @JsonProperty
  public void setRetention(Duration retention) {
    this.retention = retention;
  }

  /** Returns whether the database permits to delete rows of the configured age. */
  @ValidationMethod(message = "retention must be 0 or at least 30 days")
  public boolean isRetentionPermitted() {
    return keepsAll() || retention.toDays() >= AuditRetention.MIN_DAYS;
  }

  private boolean keepsAll() {
    return retention == null || retention.toNanoseconds() == 0;
  }

  /**
   * Builds the recorder of events, and deletes old rows periodically once the service has started.
   *
   * @param node the name of this node in the audit
   */
  public SecurityEvents build(Environment environment, String node, Jdbi jdbi) {
    var events = new SecurityEvents(node, jdbi, environment.metrics());
    environment.lifecycle().manage(events);
    if (!keepsAll()) {
      var rows = new AuditRetention(jdbi, retention.toJavaDuration());
      environment
          .lifecycle()
          .manage(
              new PeriodicTask("audit-retention", FIRST_DELAY, AuditRetention.INTERVAL, rows::run));
    }
    return events;
  }
}
