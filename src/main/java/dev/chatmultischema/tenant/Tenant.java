package dev.chatmultischema.tenant;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.UUID;

/**
 * A tenant as wanted: what PostgreSQL says should be, not what runs.
 *
 * @param userId its owner
 * @param workers lanes that may store its messages at once, 1 to 64
 * @param consumer whether its messages should be consumed
 * @param epoch grows with every change of what is wanted, over all tenants
 */
@JsonSnakeCase
public record Tenant(
    TenantId tenantId,
    String tenantName,
    UUID userId,
    int workers,
    Consumption consumer,
    Instant createdAt,
    @JsonIgnore long epoch,
    @JsonIgnore boolean deleted) {

  public static final int MIN_WORKERS = 1;
  public static final int MAX_WORKERS = 64;

  /** Whether a tenant's messages are to be taken from its queue. */
  public enum Consumption {
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("stopped")
    STOPPED
  }

  @JsonIgnore
  public boolean running() {
    return consumer == Consumption.RUNNING && !deleted;
  }

  /** The same tenant, deleted. */
  public Tenant asDeleted() {
    return new Tenant(tenantId, tenantName, userId, workers, consumer, createdAt, epoch, true);
  }
}
