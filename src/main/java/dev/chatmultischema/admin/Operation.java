package dev.chatmultischema.admin;

import java.io.PrintWriter;

/** Something that an operator can have done, on the admin port as {@code POST /tasks/<name>}. */
interface Operation {

  String name();

  /** What may stand in the query, for whoever got it wrong. */
  String usage();

  /**
   * Says what is wrong with the parameters, before anything is done.
   *
   * @throws BadUsage if they make no sense
   */
  void check(Parameters parameters) throws BadUsage;

  /**
   * Does it, and prints what an operator wants to know of it.
   *
   * @return the outcome in one line, for the audit
   * @throws OperationFailed if it was not wholly done
   */
  String run(Parameters parameters, PrintWriter output)
      throws BadUsage, OperationFailed, InterruptedException;
}
