package dev.chatmultischema.admin;

import com.google.common.base.Throwables;
import dev.chatmultischema.amqp.deadletter.DeadLetter;
import dev.chatmultischema.amqp.deadletter.DeadLetters;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Predicate;
import org.jdbi.v3.core.JdbiException;

/**
 * Puts a tenant's dead letters, or those of one message id, back into its queue. What is left when
 * it is cut is still there, and it may be repeated.
 */
final class ReplayDeadLetters implements Operation {

  private static final String MESSAGE_ID = "message_id";
  private static final String DRY_RUN = "dry_run";

  /** What a dry run shows of all that would be replayed. */
  private static final int SHOWN = 50;

  private final DeadLetters letters;
  private final DeadLetterDesk desk;
  private final ChatMetrics metrics;

  ReplayDeadLetters(DeadLetters letters, DeadLetterDesk desk, ChatMetrics metrics) {
    this.letters = letters;
    this.desk = desk;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return "replay-dead-letters";
  }

  @Override
  public String usage() {
    return "?tenant=ID[&message_id=ID][&dry_run=true][&reason=TEXT]";
  }

  @Override
  public void check(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, MESSAGE_ID, DRY_RUN);
    parameters.optional(MESSAGE_ID);
    parameters.flag(DRY_RUN);
    desk.tenant(parameters);
  }

  @Override
  public String run(Parameters parameters, PrintWriter output) throws BadUsage, OperationFailed {
    var tenant = desk.tenant(parameters);
    var messageId = parameters.optional(MESSAGE_ID);
    Predicate<DeadLetter> wanted =
        letter -> messageId.isEmpty() || messageId.get().equals(letter.messageId());
    var outcome =
        parameters.flag(DRY_RUN)
            ? wouldReplay(tenant, wanted, messageId.isPresent(), output)
            : replay(tenant, wanted, messageId.isPresent());
    output.println(outcome);
    return outcome;
  }

  private String wouldReplay(
      TenantId tenant, Predicate<DeadLetter> wanted, boolean oneId, PrintWriter output)
      throws OperationFailed {
    var listing =
        desk.alone(
            tenant, place -> oneId ? letters.find(tenant, wanted) : letters.oldest(tenant, SHOWN));
    long replayable = oneId ? listing.letters().size() : listing.all();
    requireAny(replayable, oneId, listing.all());
    listing.letters().stream()
        .limit(SHOWN)
        .forEach(letter -> output.println(TerminalText.of(letter.messageId())));
    if (replayable > SHOWN) {
      output.println(String.format(Locale.ROOT, "… and %d more", replayable - SHOWN));
    }
    return String.format(
        Locale.ROOT, "dry run: %d of %d dead letters would be replayed", replayable, listing.all());
  }

  private String replay(TenantId tenant, Predicate<DeadLetter> wanted, boolean oneId)
      throws OperationFailed {
    return desk.alone(
        tenant,
        place -> {
          var progress = new ReplayProgress(tenant, place, metrics.of(tenant));
          try {
            letters.replay(tenant, wanted, progress);
          } catch (BrokerUnavailable | TenantMissing | JdbiException e) {
            throw new OperationFailed(
                String.format(
                    Locale.ROOT,
                    "stopped, %s; what is left is still there, repeat it: %s",
                    progress,
                    Throwables.getRootCause(e).getMessage()),
                e);
          }
          requireAny(progress.replayed(), oneId, progress.all());
          return progress.toString();
        });
  }

  private static void requireAny(long found, boolean oneId, long all) throws OperationFailed {
    if (oneId && found == 0) {
      throw new NothingFound("no such dead letter among " + all);
    }
  }
}
