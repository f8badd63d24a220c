package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.Tenant.DesiredState;
import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;

/** Makes tenants. */
final class TestTenants {

  private TestTenants() {}

  static TenantId id(int number) {
    return new TenantId(new UUID(0, number));
  }

  static Tenant running(int number, int workers) {
    return tenant(number, workers, DesiredState.RUNNING);
  }

  static Tenant stopped(int number) {
    return tenant(number, 3, DesiredState.STOPPED);
  }

  private static Tenant tenant(int number, int workers, DesiredState state) {
    return new Tenant(
        id(number), "t", new UUID(1, 1), workers, state, Instant.EPOCH, number, false);
  }
}
