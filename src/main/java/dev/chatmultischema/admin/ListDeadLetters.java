package dev.chatmultischema.admin;

import dev.chatmultischema.amqp.deadletter.DeadLetter;
import dev.chatmultischema.amqp.deadletter.DeadLetters;
import dev.chatmultischema.tenant.TenantId;
import java.io.PrintWriter;
import java.util.Locale;

/** Lists a tenant's oldest dead letters, which stay in their queue. */
final class ListDeadLetters implements Operation<ListDeadLetters.Command> {

  private static final String LIMIT = "limit";
  private static final int DEFAULT_LIMIT = 50;

  private final DeadLetterReader letters;
  private final ExistingTenants tenants;

  ListDeadLetters(DeadLetterReader letters, ExistingTenants tenants) {
    this.letters = letters;
    this.tenants = tenants;
  }

  record Command(TenantId tenant, int limit) {}

  @Override
  public String name() {
    return "list-dead-letters";
  }

  @Override
  public String usage() {
    return String.format(
        Locale.ROOT, "?tenant=ID[&limit=1-%d][&reason=TEXT]", DeadLetters.MAX_OLDEST);
  }

  @Override
  public Command parse(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, LIMIT);
    int limit = parameters.number(LIMIT, 1, DeadLetters.MAX_OLDEST, DEFAULT_LIMIT);
    return new Command(tenants.one(parameters), limit);
  }

  @Override
  public String execute(Command command, PrintWriter output) throws OperationFailed {
    var listing = letters.oldest(command.tenant, command.limit);
    var outcome =
        String.format(
            Locale.ROOT, "%d of %d dead letters shown", listing.letters().size(), listing.all());
    output.println(outcome);
    listing.letters().forEach(letter -> print(letter, output));
    return outcome;
  }

  /** Prints a dead letter, one line per field. */
  private static void print(DeadLetter letter, PrintWriter output) {
    output.println();
    line(output, "message_id", letter.messageId());
    line(output, "attempts", letter.attempts());
    line(output, "first_failed", letter.firstFailedAt());
    line(output, "last_failed", letter.lastFailedAt());
    line(output, "node", letter.node());
    line(output, "request_id", letter.trace().requestId());
    line(output, "trace_id", letter.trace().traceId());
    line(output, "error_class", letter.errorClass());
    line(output, "error", letter.errorMessage());
    line(output, "size", letter.size() + " bytes");
    line(output, "body", letter.body());
  }

  private static void line(PrintWriter output, String name, Object value) {
    output.println(String.format(Locale.ROOT, "%-12s  %s", name, TerminalText.of(value)));
  }
}
