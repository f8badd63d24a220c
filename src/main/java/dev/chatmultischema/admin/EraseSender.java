package dev.chatmultischema.admin;

import dev.chatmultischema.history.Eraser;
import dev.chatmultischema.history.Erasure;
import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.tenant.TenantId;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Erases the contents of a sender's messages, as {@code POST /tenants/{id}/erasures} does, and
 * shows the progress for up to 25 s; the erasure goes on afterwards.
 */
final class EraseSender implements Operation<EraseSender.Command> {

  private static final String SENDER = "sender";
  private static final Duration SHOWN = Duration.ofSeconds(25);
  private static final Duration POLL_PERIOD = Duration.ofMillis(250);

  private final Eraser eraser;
  private final Jdbi jdbi;
  private final ExistingTenants tenants;

  EraseSender(Eraser eraser, Jdbi jdbi, ExistingTenants tenants) {
    this.eraser = eraser;
    this.jdbi = jdbi;
    this.tenants = tenants;
  }

  record Command(TenantId tenant, UUID sender) {}

  @Override
  public String name() {
    return "erase-sender";
  }

  @Override
  public String usage() {
    return "?tenant=ID&sender=ID[&reason=TEXT]";
  }

  @Override
  public Command parse(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, SENDER);
    var sender =
        StrictUuid.parse(parameters.required(SENDER))
            .orElseThrow(() -> new BadUsage(SENDER + " must be a UUID"));
    return new Command(tenants.one(parameters), sender);
  }

  @Override
  public String execute(Command command, PrintWriter output)
      throws OperationFailed, InterruptedException {
    var requested =
        jdbi.inTransaction(handle -> eraser.request(handle, command.tenant, command.sender, null))
            .orElseThrow(() -> new OperationFailed("the tenant was deleted meanwhile"));
    eraser.announce();
    output.printf(
        Locale.ROOT,
        "erasure %s of sender %s, whose waiting messages are stored without content%n",
        requested.erasureId(),
        command.sender);
    var progress = new HistoryProgress("erased", command.tenant, output);
    long deadline = System.nanoTime() + SHOWN.toNanos();
    var receipt = requested;
    while (receipt.completedAt() == null && System.nanoTime() - deadline < 0) {
      Thread.sleep(POLL_PERIOD.toMillis());
      receipt =
          jdbi.withHandle(handle -> eraser.find(handle, command.tenant, requested.erasureId()))
              .orElseThrow(() -> new OperationFailed("the tenant was deleted meanwhile"));
      progress.report(receipt.erasedMessages(), receipt.erasedDeadLetters() + " dead letters");
    }
    var outcome = outcome(receipt);
    output.println(outcome);
    return outcome;
  }

  private static String outcome(Erasure receipt) {
    return String.format(
        Locale.ROOT,
        "%d messages and %d dead letters erased%s",
        receipt.erasedMessages(),
        receipt.erasedDeadLetters(),
        receipt.completedAt() == null ? " so far, the erasure goes on" : "");
  }
}
