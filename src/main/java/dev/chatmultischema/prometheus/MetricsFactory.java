package dev.chatmultischema.prometheus;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.tenant.TenantDao;
import io.dropwizard.core.setup.Environment;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.dropwizard.DropwizardExports;
import io.prometheus.client.hotspot.DefaultExports;
import io.prometheus.client.servlet.jakarta.exporter.MetricsServlet;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jdbi.v3.core.Jdbi;

/** The configuration section {@code prometheus}, of {@code /prometheus} on the admin port. */
public final class MetricsFactory {

  @Min(0)
  @Max(100_000)
  private int maxTenants = 1_000;

  /**
   * Returns the number of tenants with their own label: those with the most messages when the node
   * starts, then new ones; all others share {@value TenantLabels#OTHER}.
   */
  @JsonProperty
  public int getMaxTenants() {
    return maxTenants;
  }

  /** Sets the number of tenants with their own label, up to 100,000. */
  @JsonProperty
  public void setMaxTenants(int maxTenants) {
    this.maxTenants = maxTenants;
  }

  /** Serves the service's own metrics, Dropwizard's and the JVM's on the admin port. */
  public ChatMetrics build(Environment environment, Jdbi jdbi) {
    var registry = new CollectorRegistry();
    DefaultExports.register(registry);
    registry.register(new DropwizardExports(environment.metrics()));
    environment
        .admin()
        .addServlet("prometheus", new MetricsServlet(registry))
        .addMapping("/prometheus");
    var labels = new TenantLabels(maxTenants);
    environment.lifecycle().manage(new LabelReservation(labels, jdbi.onDemand(TenantDao.class)));
    return new ChatMetrics(registry, labels);
  }
}
