package dev.chatmultischema.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.amqp.Rabbit;
import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.consumer.Consumers;
import dev.chatmultischema.history.Histories;
import dev.chatmultischema.http.admin.AdminAccessFactory.Refused;
import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.limits.LimitOverrides;
import dev.chatmultischema.logging.RecentLines;
import dev.chatmultischema.message.Epochs;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.Tenant.DesiredState;
import dev.chatmultischema.tenant.TenantDao;
import io.dropwizard.core.setup.Environment;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.jdbi.v3.core.Jdbi;

/** Registers the operations as tasks of the admin port. */
public final class AdminTasks {

  private AdminTasks() {}

  /** Returns a listener that records the requests which the admin port refuses. */
  public static Consumer<Refused> refusals(SecurityEvents events) {
    return refused ->
        events.count(
            SecurityEvent.of(EventType.ADMIN_REQUEST_REFUSED, refused.reason())
                .from(Request.getRemoteAddr(refused.request())));
  }

  /**
   * Registers every task, audited under this node's name.
   *
   * @param configuration the whole configuration, with its secrets
   */
  public static void register(
      Environment environment,
      String node,
      Jdbi jdbi,
      Consumers consumers,
      Rabbit rabbit,
      LimitOverrides limits,
      Histories histories,
      Epochs epochs,
      ChatMetrics metrics,
      ByteBudget responses,
      JsonNode configuration) {
    var tenants = new ExistingTenants(jdbi.onDemand(TenantDao.class));
    var letters = rabbit.deadLetters();
    var list = new ListConsumers(new ConsumerTable(consumers, rabbit.queues()), tenants);
    var lines = new RecentLines();
    environment.lifecycle().manage(lines);
    List<Operation<?>> operations =
        List.of(
            new SwitchConsumers("kill-consumers", DesiredState.STOPPED, consumers, tenants),
            new SwitchConsumers("start-consumers", DesiredState.RUNNING, consumers, tenants),
            list,
            new ResizeConsumers(consumers, tenants),
            new SetLimits(limits, jdbi, tenants, environment.getObjectMapper()),
            new ExportTenant(histories.exporter(), tenants),
            new ImportTenant(histories.importer(), tenants),
            new EraseSender(histories.eraser(), jdbi, tenants),
            new ListDeadLetters(new DeadLetterReader(letters, jdbi), tenants),
            new ReplayDeadLetters(letters, jdbi, tenants, metrics),
            new PurgeDeadLetters(letters, jdbi, tenants),
            new BeginEpoch(epochs, jdbi.onDemand(TenantDao.class), tenants),
            new SupportPacket(
                node,
                configuration,
                environment.healthChecks(),
                jdbi,
                list,
                metrics.registry(),
                lines),
            new CollectGarbage(),
            new SetLogLevel());
    var audit = jdbi.onDemand(Audit.class);
    var admin = environment.admin();
    var tasks =
        operations.stream()
            .<AuditedTask<?>>map(operation -> new AuditedTask<>(operation, audit, node))
            .toList();
    tasks.forEach(admin::addTask);
    admin
        .addFilter("tasks", new TaskFilter(tasks, responses))
        .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/tasks/*");
  }
}
