package dev.chatmultischema.tenant;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.mapper.reflect.ColumnName;

/**
 * The desired state of a tenant, as stored in PostgreSQL.
 *
 * @param userId the id of the owner
 * @param workers the number of batches that may be stored at the same time, {@value #MIN_WORKERS}
 *     to {@value #MAX_WORKERS}
 * @param consumer the desired state of the tenant's consumer
 * @param revision a number that grows with each change of any tenant's desired state
 * @param deleted whether the tenant is deleted, or reserved and not activated yet
 */
@JsonSnakeCase
public record Tenant(
    TenantId tenantId,
    String tenantName,
    UUID userId,
    int workers,
    DesiredState consumer,
    Instant createdAt,
    @JsonIgnore @ColumnName("epoch") long revision,
    @JsonIgnore boolean deleted) {

  public static final int MIN_WORKERS = 1;
  public static final int MAX_WORKERS = 64;

  /** The desired state of a consumer. */
  public enum DesiredState {
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("stopped")
    STOPPED
  }

  /** Returns whether the tenant's messages are to be consumed. */
  @JsonIgnore
  public boolean running() {
    return consumer == DesiredState.RUNNING && !deleted;
  }

  /** Returns a copy that is marked as deleted. */
  public Tenant asDeleted() {
    return new Tenant(tenantId, tenantName, userId, workers, consumer, createdAt, revision, true);
  }
}
