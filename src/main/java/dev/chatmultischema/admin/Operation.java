package dev.chatmultischema.admin;

import java.io.PrintWriter;

/**
 * An operation on the admin port, {@code POST /tasks/<name>}. Its parameters are parsed once, into
 * a command, which is executed once.
 *
 * @param <C> the command
 */
interface Operation<C> {

  /** Returns the name of the task. */
  String name();

  /** Returns the query's syntax, which is printed after a usage error. */
  String usage();

  /**
   * Parses the parameters, and verifies that the tenants that they name exist; has no effect.
   *
   * @throws BadUsage if a parameter is unknown, missing or invalid, or a tenant does not exist
   */
  C parse(Parameters parameters) throws BadUsage;

  /** Returns whether the operation changes nothing, and so runs even if the audit is down. */
  default boolean runsWithoutAudit() {
    return false;
  }

  /**
   * Executes a command and prints its result.
   *
   * @return the outcome in one line, for the audit
   * @throws OperationFailed if the command was not executed, or not completely
   */
  String execute(C command, PrintWriter output) throws OperationFailed, InterruptedException;
}
