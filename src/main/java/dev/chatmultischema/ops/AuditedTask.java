package dev.chatmultischema.ops;

import com.google.common.base.Throwables;
import dev.chatmultischema.problem.ProblemException;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operation as a task: it is written down what came of it, and where it failed the answer is
 * 500. What is wrong with the parameters has been answered by {@link UsageFilter} before.
 */
final class AuditedTask extends Task {

  private static final Logger LOG = LoggerFactory.getLogger(AuditedTask.class);

  private final Operation operation;
  private final Audit audit;
  private final String node;

  AuditedTask(Operation operation, Audit audit, String node) {
    super(operation.name());
    this.operation = operation;
    this.audit = audit;
    this.node = node;
  }

  @Override
  public void execute(Map<String, List<String>> query, PrintWriter output) throws Exception {
    var parameters = new Parameters(query);
    var reason = parameters.reason();
    LOG.info("{} {} reason={}", getName(), parameters, reason.orElse("none"));
    String outcome;
    try {
      outcome = run(parameters, output);
    } catch (OperationFailed e) {
      LOG.warn("{} {} failed: {}", getName(), parameters, e.getMessage());
      writeDown(parameters, "failed: " + e.getMessage(), output);
      throw e;
    } catch (InterruptedException | RuntimeException e) {
      LOG.error("{} {} failed unexpectedly", getName(), parameters, e);
      writeDown(parameters, "failed: " + e, output);
      throw e;
    }
    if (!writeDown(parameters, outcome, output)) {
      throw new OperationFailed("done, but not written to the audit: the database does not answer");
    }
    LOG.info("{} {}: {}", getName(), parameters, outcome);
  }

  private String run(Parameters parameters, PrintWriter output)
      throws BadUsage, OperationFailed, InterruptedException {
    try {
      return operation.run(parameters, output);
    } catch (JdbiException e) {
      throw new OperationFailed(
          "the database does not answer: " + Throwables.getRootCause(e).getMessage(), e);
    } catch (ProblemException e) {
      throw new OperationFailed(e.getMessage(), e);
    }
  }

  private boolean writeDown(Parameters parameters, String outcome, PrintWriter output)
      throws BadUsage {
    try {
      audit.write(node, getName(), parameters.toString(), parameters.reason(), outcome);
      return true;
    } catch (JdbiException e) {
      LOG.error("{} {} is not in the audit: {}", getName(), parameters, outcome, e);
      output.println("not written to the audit: the database does not answer");
      return false;
    }
  }
}
