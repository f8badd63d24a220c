package dev.chatmultischema.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.chatmultischema.limits.LimitExceeded.Kind;
import dev.chatmultischema.tenant.TenantId;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageLimitsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeClock clock = new FakeClock();
  private final CollectorRegistry registry = new CollectorRegistry();
  private final TenantId tenant = TenantId.create();
  private final UUID user = UUID.randomUUID();
  private int nodes = 1;

  /** 100 messages and 1,000 bytes for the tenant, 60 messages and 800 bytes for a user. */
  private TenantLimits allowed = rates(100, 1_000, 60, 800);

  private final LimitMetrics metrics = new LimitMetrics(registry);
  private final MessageLimits limits =
      new MessageLimits(id -> allowed, new NodeShares(() -> nodes, metrics), metrics, clock);

  private static TenantLimits rates(long messages, long bytes, long ofUser, long bytesOfUser) {
    return new TenantLimits(messages, bytes, ofUser, bytesOfUser, 1, 1, 1, 1, 1);
  }

  private LimitExceeded refused(UUID by, int messages, long bytes) {
    var refused =
        catchThrowableOfType(LimitExceeded.class, () -> limits.take(tenant, by, messages, bytes));
    assertThat(refused).isNotNull();
    return refused;
  }

  private double refusals(LimitName name) {
    return registry.getSampleValue(
        "chat_limited_total", new String[] {"limit"}, new String[] {name.label()});
  }

  @Test
  void grantsAgainAsTimePasses() {
    limits.take(tenant, user, 60, 60);
    var refused = refused(user, 6, 6);
    assertThat(refused.kind()).isEqualTo(Kind.RATE);
    assertThat(refused.limit().name()).isEqualTo(LimitName.USER_MESSAGES);
    assertThat(refused.retryAfter()).hasValue(Duration.ofMillis(100));
    assertThat(refused.limit().headers())
        .containsEntry("RateLimit-Policy", "\"user\";q=60;w=1")
        .containsEntry("RateLimit", "\"user\";r=0;t=1");
    assertThat(refusals(LimitName.USER_MESSAGES)).isEqualTo(1);
    clock.advance(Duration.ofMillis(100));
    limits.take(tenant, user, 6, 6);
    assertThat(refused(user, 1, 1).kind()).isEqualTo(Kind.RATE);
  }

  @Test
  void limitsATenantsUsersTogether() {
    limits.take(tenant, user, 60, 60);
    var other = UUID.randomUUID();
    assertThat(refused(other, 50, 50).limit().name()).isEqualTo(LimitName.TENANT_MESSAGES);
    // The refused request has taken nothing from its user either.
    limits.take(tenant, other, 40, 40);
    limits.take(TenantId.create(), other, 60, 60);
  }

  @Test
  void limitsBytes() {
    limits.take(tenant, user, 1, 700);
    var refused = refused(user, 1, 200);
    assertThat(refused.limit().name()).isEqualTo(LimitName.USER_BYTES);
    assertThat(refused.limit().headers())
        .containsEntry("RateLimit-Policy", "\"user-bytes\";q=800;qu=\"content-bytes\";w=1");
    assertThat(refused(UUID.randomUUID(), 1, 400).limit().name()).isEqualTo(LimitName.TENANT_BYTES);
  }

  @Test
  void saysThatARequestCanNeverPass() {
    var refused = refused(user, 61, 61);
    assertThat(refused.kind()).isEqualTo(Kind.QUOTA);
    assertThat(refused.retryAfter()).isEmpty();
    assertThat(refused).hasMessageContaining("can never be accepted");
    limits.take(tenant, user, 60, 60);
  }

  @Test
  void sharesLimitsWithOtherNodes() {
    nodes = 2;
    limits.take(tenant, user, 30, 30);
    assertThat(refused(user, 1, 1).kind()).isEqualTo(Kind.RATE);
    // Half of the rate refills in a second.
    clock.advance(SECOND);
    limits.take(tenant, user, 30, 30);
    assertThat(refused(user, 1, 1).kind()).isEqualTo(Kind.RATE);
  }

  @Test
  void grantsARequestAboveTheShareOfANodeAndThenNothingUntilItIsPaid() {
    nodes = 3;
    limits.take(tenant, user, 60, 60);
    clock.advance(SECOND);
    assertThat(refused(user, 1, 1).kind()).isEqualTo(Kind.RATE);
    clock.advance(SECOND);
    assertThat(refused(user, 1, 1).kind()).isEqualTo(Kind.RATE);
    clock.advance(SECOND);
    limits.take(tenant, user, 20, 20);
  }

  @Test
  void grantsTheWholeLimitWhileTheNumberOfNodesIsUnknown() {
    nodes = 0;
    limits.take(tenant, user, 60, 60);
    assertThat(refused(user, 1, 1).kind()).isEqualTo(Kind.RATE);
    assertThat(registry.getSampleValue("chat_limits_unshared_total")).isPositive();
  }

  @Test
  void appliesChangedLimitsAtOnce() {
    limits.take(tenant, user, 60, 60);
    allowed = rates(10_000, 100_000, 6_000, 80_000);
    clock.advance(SECOND);
    limits.take(tenant, user, 6_000, 6_000);
    allowed = rates(5, 1_000, 5, 800);
    assertThat(refused(user, 1, 1).kind()).isEqualTo(Kind.RATE);
    clock.advance(SECOND);
    limits.take(tenant, user, 5, 5);
    assertThat(refused(user, 1, 1).kind()).isEqualTo(Kind.RATE);
    assertThat(refused(user, 6, 6).kind()).isEqualTo(Kind.QUOTA);
  }

  @Test
  void showsTheScarcestLimitBelowHalfOfIt() {
    assertThat(limits.take(tenant, user, 30, 30)).isEmpty();
    assertThat(limits.take(tenant, user, 10, 10))
        .hasValueSatisfying(
            limit ->
                assertThat(limit.headers())
                    .containsEntry("RateLimit-Policy", "\"user\";q=60;w=1")
                    .containsEntry("RateLimit", "\"user\";r=20;t=1"));
  }
}
