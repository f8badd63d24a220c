package dev.chatmultischema.stream.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.errors.ErrorMapping;
import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StreamLimitsTest {

  private final StreamLimits limits = new StreamLimits(2, 3, 4);
  private final TenantId tenant = TenantId.create();

  private static StreamGrant access(UUID user, TenantId tenant) {
    return new StreamGrant(user, 0, tenant, Instant.MAX);
  }

  private void assertRefused(StreamGrant access) {
    assertThatThrownBy(() -> limits.acquire(access))
        .isInstanceOfSatisfying(
            StreamRefused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(StreamRefused.Reason.TOO_MANY_STREAMS);
              var response = ErrorMapping.of(refused).orElseThrow();
              assertThat(response.problem().status()).isEqualTo(429);
              assertThat(response.problem().code()).isEqualTo("too_many_streams");
              assertThat(response.retryAfter()).isPresent();
            });
  }

  @Test
  void boundsAUsersStreams() {
    var access = access(UUID.randomUUID(), tenant);
    limits.acquire(access);
    limits.acquire(access);
    assertRefused(access);
    limits.release(access);
    limits.acquire(access);
    assertRefused(access);
  }

  @Test
  void boundsATenantsStreamsAndTheNodes() {
    for (int i = 0; i < 3; i++) {
      limits.acquire(access(UUID.randomUUID(), tenant));
    }
    assertRefused(access(UUID.randomUUID(), tenant));
    limits.acquire(access(UUID.randomUUID(), TenantId.create()));
    assertRefused(access(UUID.randomUUID(), TenantId.create()));
  }
}
