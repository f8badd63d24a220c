package dev.chatmultischema.admin;

import dev.chatmultischema.amqp.deadletter.DeadLetters;
import dev.chatmultischema.tenant.TenantId;
import java.io.PrintWriter;
import org.jdbi.v3.core.Jdbi;

/** Deletes a tenant's dead letters. */
final class PurgeDeadLetters implements Operation<TenantId> {

  private static final String CONFIRM = "confirm";

  private final DeadLetters letters;
  private final Jdbi jdbi;
  private final ExistingTenants tenants;

  PurgeDeadLetters(DeadLetters letters, Jdbi jdbi, ExistingTenants tenants) {
    this.letters = letters;
    this.jdbi = jdbi;
    this.tenants = tenants;
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
  public TenantId parse(Parameters parameters) throws BadUsage {
    parameters.allow(Parameters.TENANT, CONFIRM);
    if (!parameters.required(CONFIRM).equalsIgnoreCase(parameters.tenant().toString())) {
      throw new BadUsage("confirm must be the same id as tenant");
    }
    return tenants.one(parameters);
  }

  @Override
  public String execute(TenantId tenant, PrintWriter output) throws OperationFailed {
    try (var lock = DeadLetterLock.acquire(jdbi, tenant)) {
      lock.verify();
      var outcome = letters.purge(tenant) + " dead letters deleted";
      output.println(outcome);
      return outcome;
    }
  }
}
