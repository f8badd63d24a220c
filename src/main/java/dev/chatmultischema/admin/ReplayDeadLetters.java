package dev.chatmultischema.admin;

import dev.chatmultischema.amqp.deadletter.DeadLetter;
import dev.chatmultischema.amqp.deadletter.DeadLetters;
import dev.chatmultischema.logging.FailureReason;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Republishes a tenant's dead letters to its queue, all of them or those with one id. */
final class ReplayDeadLetters implements Operation<ReplayDeadLetters.Command> {

  private static final String MESSAGE_ID = "message_id";
  private static final String DRY_RUN = "dry_run";
  private static final int MAX_SHOWN = 50;

  private final DeadLetters letters;
  private final Jdbi jdbi;
  private final ExistingTenants tenants;
  private final ChatMetrics metrics;

  ReplayDeadLetters(DeadLetters letters, Jdbi jdbi, ExistingTenants tenants, ChatMetrics metrics) {
    this.letters = letters;
    this.jdbi = jdbi;
    this.tenants = tenants;
    this.metrics = metrics;
  }

  /**
   * @param messageId the id of the messages to replay; empty for all
   * @param dryRun whether the messages are only counted and listed
   */
  record Command(TenantId tenant, Optional<String> messageId, boolean dryRun) {

    boolean matches(DeadLetter letter) {
      return messageId.isEmpty() || messageId.get().equals(letter.messageId());
    }
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
  public Command parse(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, MESSAGE_ID, DRY_RUN);
    var messageId = parameters.optional(MESSAGE_ID);
    boolean dryRun = parameters.flag(DRY_RUN);
    return new Command(tenants.one(parameters), messageId, dryRun);
  }

  @Override
  public String execute(Command command, PrintWriter output) throws OperationFailed {
    String outcome;
    try (var lock = DeadLetterLock.acquire(jdbi, command.tenant)) {
      outcome = command.dryRun ? list(command, output) : replay(command, lock);
    }
    output.println(outcome);
    return outcome;
  }

  private String list(Command command, PrintWriter output) throws OperationFailed {
    boolean all = command.messageId.isEmpty();
    var listing =
        all
            ? letters.oldest(command.tenant, MAX_SHOWN)
            : letters.find(command.tenant, command::matches);
    long replayable = all ? listing.all() : listing.letters().size();
    requireFound(command, replayable, listing.all());
    listing.letters().stream()
        .limit(MAX_SHOWN)
        .forEach(letter -> output.println(TerminalText.of(letter.messageId())));
    if (replayable > MAX_SHOWN) {
      output.println(String.format(Locale.ROOT, "… and %d more", replayable - MAX_SHOWN));
    }
    return String.format(
        Locale.ROOT, "dry run: %d of %d dead letters would be replayed", replayable, listing.all());
  }

  private String replay(Command command, DeadLetterLock lock) throws OperationFailed {
    var progress = new ReplayProgress(command.tenant, lock, metrics.of(command.tenant));
    try {
      letters.replay(command.tenant, command::matches, progress);
    } catch (BrokerUnavailable | TenantMissing | JdbiException e) {
      throw new OperationFailed(
          String.format(
              Locale.ROOT,
              "stopped, %s; the others are still dead letters, repeat the task: %s",
              progress,
              FailureReason.of(e)),
          e);
    }
    requireFound(command, progress.replayed(), progress.all());
    return progress.toString();
  }

  private static void requireFound(Command command, long found, long all) throws OperationFailed {
    if (command.messageId.isPresent() && found == 0) {
      throw OperationFailed.notFound("no such dead letter among " + all);
    }
  }
}
