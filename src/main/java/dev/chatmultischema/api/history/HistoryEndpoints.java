package dev.chatmultischema.api.history;

import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.history.Histories;
import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.provisioning.TenantAccess;
import io.dropwizard.core.setup.Environment;

/** Registers the resources of tenants' histories. */
public final class HistoryEndpoints {

  /** The threads that read or write pages; more would only compete for the same database. */
  private static final int THREADS = 2;

  private HistoryEndpoints() {}

  /** Registers the resources, and threads that start with the service. */
  public static void register(
      Environment environment, TenantAccess access, Histories histories, ByteBudget memory) {
    var scheduler = new TaskScheduler("history", THREADS);
    environment.lifecycle().manage(scheduler);
    environment
        .jersey()
        .register(new ExportResource(access, histories.exporter(), scheduler, memory));
    environment
        .jersey()
        .register(new ImportResource(access, histories.importer(), scheduler, memory));
    environment.jersey().register(new RetentionResource(access, histories.retentions()));
    environment.jersey().register(new ErasureResource(access, histories.eraser()));
  }
}
