package dev.chatmultischema.history;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.amqp.deadletter.DeadLetters;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.database.OwnerDatabase;
import dev.chatmultischema.message.ErasedSenders;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;

/** The {@code history} section: the retention of messages. */
public final class HistoryFactory {

  /** The topic of the wake-ups that make all nodes read erasures. */
  public static final String WAKEUP = "erasures";

  /** The longest retention in days, about a hundred years. */
  public static final int MAX_DAYS = 36_500;

  /** The days after which messages of tenants without a retention of their own are deleted. */
  @Min(1)
  @Max(MAX_DAYS)
  @JsonProperty
  private Integer retentionDays;

  /** The time between two deletions of expired messages. */
  @NotNull
  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  @JsonProperty
  private Duration retentionInterval = Duration.minutes(10);

  /**
   * Builds what changes stored messages, and the janitor that does so, which starts with the
   * service.
   *
   * @param wakeNodes makes all nodes read erasures now
   */
  public Histories build(
      Environment environment,
      Jdbi jdbi,
      OwnerDatabase owner,
      DeadLetters letters,
      ErasedSenders senders,
      SecurityEvents events,
      Runnable wakeNodes) {
    var eraser = new Eraser(jdbi, owner.jdbi(), letters, senders, events, wakeNodes);
    var days = Optional.ofNullable(retentionDays);
    environment
        .lifecycle()
        .manage(
            new HistoryJanitor(
                jdbi,
                eraser,
                new RetentionSweep(owner.jdbi(), days),
                retentionInterval.toJavaDuration()));
    return new Histories(
        new HistoryExporter(jdbi, events, environment.getObjectMapper()),
        new HistoryImporter(jdbi, events, environment.getObjectMapper()),
        new Retentions(days, events),
        eraser);
  }
}
