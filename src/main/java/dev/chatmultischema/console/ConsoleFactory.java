package dev.chatmultischema.console;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.admin.ConsumerTable;
import dev.chatmultischema.admin.DeadLetterReader;
import dev.chatmultischema.amqp.Rabbit;
import dev.chatmultischema.amqp.topology.DepthSweep;
import dev.chatmultischema.audit.AuditDao;
import dev.chatmultischema.cluster.CommandLog;
import dev.chatmultischema.cluster.NodeRegistry;
import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.http.problem.ProblemWriter;
import dev.chatmultischema.http.response.PageServlet;
import dev.chatmultischema.message.MessageDao;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.TenantDao;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jackson.JsonSnakeCase;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import org.jdbi.v3.core.Jdbi;

/** The {@code console} section: the operators' pages under {@code /console} on the admin port. */
public final class ConsoleFactory {

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private boolean readOnly;

  /** Sets whether browsers may read only: then every task that one posts is refused with 403. */
  @JsonProperty
  public void setReadOnly(boolean readOnly) {
    this.readOnly = readOnly;
  }

  /**
   * Serves the console, leads {@code /} of the admin port to it, and lets this node report its
   * totals to all nodes. Filters of tasks that are added later run after those of the console.
   */
  public void build(
      Environment environment,
      NodeRegistry nodes,
      Jdbi jdbi,
      Consumers consumers,
      Rabbit rabbit,
      ChatMetrics metrics) {
    var json = environment.getObjectMapper();
    var reports = new NodeReports(consumers, metrics, json);
    nodes.reportWith(reports::write);
    var table = new ConsumerTable(consumers, rabbit.queues());
    var queues = new QueueTotals(new DepthSweep(rabbit.queues()));
    var tenants = new TenantList(jdbi.onDemand(TenantDao.class));
    var servlet =
        new ConsoleServlet(
            json,
            new Session(nodes.node(), NodeReports.version(), readOnly),
            new Overview(nodes, reports, tenants, queues),
            new TenantTable(tenants, table, queues),
            new TenantView(
                tenants,
                table,
                new MessageDao(jdbi),
                new DeadLetterReader(rabbit.deadLetters(), jdbi)),
            new Trail(
                new CommandLog(jdbi), jdbi.onDemand(AuditDao.class), environment.healthChecks()));
    new PageServlet("console", "/console", POLICY).registerOnAdminPort(environment);
    environment.admin().addServlet("console-api", servlet).addMapping("/console/api/*");
    filter(environment, "console-root", new RootRedirect(), "/*");
    if (readOnly) {
      filter(
          environment,
          "console-read-only",
          new ReadOnlyFilter(new ProblemWriter(json)),
          "/tasks/*");
    }
  }

  /** What the pages need to know before anything else. */
  @JsonSnakeCase
  record Session(String node, String version, boolean readOnly) {}

  private static void filter(Environment environment, String name, Filter filter, String path) {
    environment
        .admin()
        .addFilter(name, filter)
        .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, path);
  }
}
