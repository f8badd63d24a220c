package dev.chatmultischema.stream.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.errors.ErrorMapping;
import dev.chatmultischema.limits.LimitFixtures;
import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StreamLimitsTest {

  private final TenantId tenant = TenantId.create();

  /** Limits of two streams for a user, three for a tenant and four for the node. */
  private final StreamLimits limits = limits(1);

  private static StreamLimits limits(int nodes) {
    return new StreamLimits(
        tenant -> LimitFixtures.streams(3, 2, 9), LimitFixtures.counts(nodes), 4);
  }

  private static StreamGrant access(UUID user, TenantId tenant) {
    return new StreamGrant(user, 0, tenant, Instant.MAX);
  }

  private static void assertRefused(StreamLimits limits, StreamGrant access, String code) {
    assertThatThrownBy(() -> limits.acquire(access))
        .satisfies(
            refused -> {
              var response = ErrorMapping.of(refused).orElseThrow();
              assertThat(response.problem().status()).isEqualTo(429);
              assertThat(response.problem().code()).isEqualTo(code);
              assertThat(response.retryAfter()).isPresent();
            });
  }

  @Test
  void boundsAUsersStreams() {
    var access = access(UUID.randomUUID(), tenant);
    limits.acquire(access);
    limits.acquire(access);
    assertRefused(limits, access, "quota_exceeded");
    limits.release(access);
    limits.acquire(access);
    assertRefused(limits, access, "quota_exceeded");
  }

  @Test
  void boundsATenantsStreamsAndTheNodes() {
    for (int i = 0; i < 3; i++) {
      limits.acquire(access(UUID.randomUUID(), tenant));
    }
    assertRefused(limits, access(UUID.randomUUID(), tenant), "quota_exceeded");
    limits.acquire(access(UUID.randomUUID(), TenantId.create()));
    assertRefused(limits, access(UUID.randomUUID(), TenantId.create()), "too_many_streams");
  }

  @Test
  void grantsTheShareOfANode() {
    var ofTwo = limits(2);
    var access = access(UUID.randomUUID(), tenant);
    ofTwo.acquire(access);
    assertRefused(ofTwo, access, "quota_exceeded");
    ofTwo.acquire(access(UUID.randomUUID(), tenant));
    assertRefused(ofTwo, access(UUID.randomUUID(), tenant), "quota_exceeded");
  }
}
