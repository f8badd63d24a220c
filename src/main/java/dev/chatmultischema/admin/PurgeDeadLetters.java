package dev.chatmultischema.admin;

import dev.chatmultischema.amqp.deadletter.DeadLetters;
import java.io.PrintWriter;

/** Deletes a tenant's dead letters, for good. */
final class PurgeDeadLetters implements Operation {

  private static final String CONFIRM = "confirm";

  private final DeadLetters letters;
  private final DeadLetterDesk desk;

  PurgeDeadLetters(DeadLetters letters, DeadLetterDesk desk) {
    this.letters = letters;
    this.desk = desk;
  }

  @Override
  public String name() {
    return "purge-dead-letters";
  }

  @Override
  public String usage() {
    return "?tenant=ID&confirm=ID[&reason=TEXT]";
  }

  @Override
  public void check(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, CONFIRM);
    if (!parameters.required(CONFIRM).equalsIgnoreCase(parameters.tenant().toString())) {
      throw new BadUsage("confirm must be the same id as tenant");
    }
    desk.tenant(parameters);
  }

  @Override
  public String run(Parameters parameters, PrintWriter output) throws BadUsage, OperationFailed {
    var tenant = desk.tenant(parameters);
    long purged = desk.alone(tenant, place -> letters.purge(tenant));
    var outcome = purged + " dead letters deleted";
    output.println(outcome);
    return outcome;
  }
}
