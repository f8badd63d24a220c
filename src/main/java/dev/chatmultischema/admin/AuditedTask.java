package dev.chatmultischema.admin;

import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.errors.ErrorMapping;
import dev.chatmultischema.logging.FailureReason;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an operation as a task of the admin port. The audit row is written before the operation has
 * any effect, and completed with the outcome after it.
 */
final class AuditedTask<C> extends Task {

  private static final Logger LOG = LoggerFactory.getLogger(AuditedTask.class);

  private static final long NO_ROW = -1;

  private final Operation<C> operation;
  private final Audit audit;
  private final String node;

  AuditedTask(Operation<C> operation, Audit audit, String node) {
    super(operation.name());
    this.operation = operation;
    this.audit = audit;
    this.node = node;
  }

  /** Returns whether the task is a list, whose output may be long. */
  boolean isListing() {
    return getName().startsWith("list-");
  }

  /** The HTTP status and body of the response. */
  record Answer(int status, String text) {}

  /**
   * Parses the parameters, writes the audit row, executes the command and completes the row.
   *
   * @param address the client's network address, or null
   * @return 200 only if the command was executed completely and the outcome recorded; 400 if a
   *     parameter is invalid or names no tenant; 404 if there is no such dead letter; 503 if the
   *     database is down and the task had no effect; 500 otherwise
   */
  Answer answer(Parameters parameters, String address) throws InterruptedException {
    C command;
    try {
      command = operation.parse(parameters);
    } catch (BadUsage e) {
      return badUsage(e);
    } catch (JdbiException e) {
      return notBegun(parameters, e);
    }
    long row;
    try {
      row = audit.begin(node, getName(), parameters.toString(), parameters.reason(), address);
    } catch (BadUsage e) {
      return badUsage(e);
    } catch (JdbiException e) {
      if (!operation.runsWithoutAudit() || DatabaseFault.of(e) != DatabaseFault.OUTAGE) {
        return notBegun(parameters, e);
      }
      LOG.warn("{} {} begun without an audit row: {}", getName(), parameters, FailureReason.of(e));
      return executed(NO_ROW, command, parameters);
    }
    LOG.info("{} {} begun, audit row {}", getName(), parameters, row);
    return executed(row, command, parameters);
  }

  private Answer executed(long row, C command, Parameters parameters) throws InterruptedException {
    var text = new StringWriter();
    var output = new PrintWriter(text);
    int status = run(row, command, parameters, output);
    output.flush();
    return new Answer(status, text.toString());
  }

  private Answer badUsage(BadUsage reason) {
    return new Answer(
        400, reason.getMessage() + "\nusage: POST /tasks/" + getName() + operation.usage() + "\n");
  }

  private Answer notBegun(Parameters parameters, JdbiException cause) {
    LOG.warn("{} {} not begun: {}", getName(), parameters, FailureReason.of(cause));
    return DatabaseFault.of(cause) == DatabaseFault.OUTAGE
        ? new Answer(503, "nothing was done: the database is unavailable\n")
        : new Answer(500, "nothing was done: the audit row could not be written\n");
  }

  private int run(long row, C command, Parameters parameters, PrintWriter output)
      throws InterruptedException {
    int status = 200;
    String outcome;
    try {
      outcome = execute(command, output);
    } catch (OperationFailed e) {
      status = e.status();
      outcome = "failed: " + e.getMessage();
      output.println(e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("{} {} failed unexpectedly", getName(), parameters, e);
      status = 500;
      outcome = "failed: " + e;
      output.println("an unexpected error, see the log of node " + node);
    } catch (InterruptedException e) {
      complete(row, parameters, "failed: interrupted", output);
      throw e;
    }
    return complete(row, parameters, outcome, output) ? status : 500;
  }

  private String execute(C command, PrintWriter output)
      throws OperationFailed, InterruptedException {
    try {
      return operation.execute(command, output);
    } catch (JdbiException e) {
      throw new OperationFailed("the database is unavailable: " + FailureReason.of(e), e);
    } catch (RuntimeException e) {
      if (ErrorMapping.of(e).isPresent()) {
        throw new OperationFailed(e.getMessage(), e);
      }
      throw e;
    }
  }

  private boolean complete(long row, Parameters parameters, String outcome, PrintWriter output) {
    // An error message may have characters that PostgreSQL cannot store.
    var text = TerminalText.of(outcome);
    if (row == NO_ROW) {
      LOG.info("{} {} ended: {}", getName(), parameters, text);
      return true;
    }
    try {
      audit.complete(row, text);
      LOG.info("{} {} ended, audit row {}: {}", getName(), parameters, row, text);
      return true;
    } catch (JdbiException e) {
      LOG.error("{} {} ended, audit row {} not completed: {}", getName(), parameters, row, text, e);
      output.println(
          "executed as reported above, but audit row "
              + row
              + " has no outcome: could not store it");
      return false;
    }
  }

  /** Runs the task if {@link TaskFilter}, which responds with other statuses than 500, has not. */
  @Override
  public void execute(Map<String, List<String>> query, PrintWriter output) throws Exception {
    var answer = answer(new Parameters(query), null);
    output.print(answer.text());
    if (answer.status() != 200) {
      throw new OperationFailed("status " + answer.status());
    }
  }
}
