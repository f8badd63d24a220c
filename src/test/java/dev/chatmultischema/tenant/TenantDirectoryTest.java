package dev.chatmultischema.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.tenant.Tenant.DesiredState;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TenantDirectoryTest {

  private static final TenantId ID = TenantId.create();

  private final Map<TenantId, Tenant> stored = new HashMap<>();
  private int queries;
  private long nanos;

  private final TenantDirectory directory =
      new TenantDirectory(
          id -> {
            queries++;
            return Optional.ofNullable(stored.get(id));
          },
          () -> nanos);

  private static Tenant tenant(int workers) {
    return new Tenant(
        ID, "team", UUID.randomUUID(), workers, DesiredState.RUNNING, Instant.EPOCH, 1, false);
  }

  @Test
  void returnsACachedTenantUntilItIsStale() {
    stored.put(ID, tenant(1));
    assertThat(directory.find(ID)).contains(stored.get(ID));
    var cached = stored.put(ID, tenant(2));
    nanos = TenantDirectory.STALENESS.toNanos() - 1;
    assertThat(directory.find(ID)).contains(cached);
    assertThat(queries).isEqualTo(1);
    nanos++;
    assertThat(directory.find(ID)).contains(stored.get(ID));
    assertThat(queries).isEqualTo(2);
  }

  @Test
  void readsATenantAgainOnceItIsInvalidated() {
    stored.put(ID, tenant(1));
    assertThat(directory.find(ID)).isPresent();
    stored.remove(ID);
    directory.invalidate(ID);
    assertThat(directory.find(ID)).isEmpty();
  }

  @Test
  void doesNotCacheAbsence() {
    assertThat(directory.find(ID)).isEmpty();
    stored.put(ID, tenant(1));
    assertThat(directory.find(ID)).isPresent();
  }

  @Test
  void doesNotCacheFailures() {
    var failing =
        new TenantDirectory(
            id -> {
              if (queries++ == 0) {
                throw new IllegalStateException("no connection");
              }
              return Optional.of(tenant(1));
            },
            () -> nanos);
    assertThatThrownBy(() -> failing.find(ID)).hasMessage("no connection");
    assertThat(failing.find(ID)).isPresent();
  }
}
