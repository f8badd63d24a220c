package dev.chatmultischema.admin;

import dev.chatmultischema.amqp.deadletter.DeadLetter;
import dev.chatmultischema.amqp.deadletter.DeadLetters;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows a tenant's oldest dead letters, and leaves them where they are. */
final class ListDeadLetters implements Operation {

  private static final String LIMIT = "limit";
  private static final int DEFAULT_LIMIT = 50;

  private final DeadLetters letters;
  private final DeadLetterDesk desk;

  ListDeadLetters(DeadLetters letters, DeadLetterDesk desk) {
    this.letters = letters;
    this.desk = desk;
  }

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
  public void check(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, LIMIT);
    limit(parameters);
    desk.tenant(parameters);
  }

  private static int limit(Parameters parameters) throws BadUsage {
    return parameters.number(LIMIT, 1, DeadLetters.MAX_OLDEST, DEFAULT_LIMIT);
  }

  @Override
  public String run(Parameters parameters, PrintWriter output) throws BadUsage, OperationFailed {
    var tenant = desk.tenant(parameters);
    int limit = limit(parameters);
    var listing = desk.alone(tenant, place -> letters.oldest(tenant, limit));
    var outcome =
        String.format(
            Locale.ROOT, "%d of %d dead letters shown", listing.letters().size(), listing.all());
    output.println(outcome);
    listing.letters().forEach(letter -> print(letter, output));
    return outcome;
  }

  /** Prints what is known of a dead letter, a line for each thing. */
  static void print(DeadLetter letter, PrintWriter output) {
    output.println();
    line(output, "message_id", letter.messageId());
    line(output, "attempts", letter.attempts());
    line(output, "first_failed", letter.firstFailedAt());
    line(output, "last_failed", letter.lastFailedAt());
    line(output, "node", letter.node());
    line(output, "error_class", letter.errorClass());
    line(output, "error", letter.errorMessage());
    line(output, "size", letter.size() + " bytes");
    line(output, "body", letter.body());
  }

  private static void line(PrintWriter output, String name, Object value) {
    output.println(String.format(Locale.ROOT, "%-12s  %s", name, TerminalText.of(value)));
  }
}
