package dev.chatmultischema.limits;

import dev.chatmultischema.tenant.TenantId;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Limits the messages and the bytes of content that a tenant and each of its users publish in a
 * second. A check takes about a microsecond, and neither a lock nor a round trip.
 */
public final class MessageLimits {

  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final int MAX_TENANTS = 20_000;
  private static final int MAX_USERS = 50_000;

  /** The fraction of a limit below which responses show what remains of it. */
  private static final double SHOWN_BELOW = 0.5;

  private final Function<TenantId, TenantLimits> limits;
  private final LimitMetrics metrics;
  private final RateLimiter<TenantId> tenantMessages;
  private final RateLimiter<TenantId> tenantBytes;
  private final RateLimiter<UserKey> userMessages;
  private final RateLimiter<UserKey> userBytes;

  MessageLimits(
      Function<TenantId, TenantLimits> limits,
      NodeShares shares,
      LimitMetrics metrics,
      TimeMeter clock) {
    this.limits = limits;
    this.metrics = metrics;
    tenantMessages =
        new RateLimiter<>(LimitName.TENANT_MESSAGES, WINDOW, MAX_TENANTS, shares, clock);
    tenantBytes = new RateLimiter<>(LimitName.TENANT_BYTES, WINDOW, MAX_TENANTS, shares, clock);
    userMessages = new RateLimiter<>(LimitName.USER_MESSAGES, WINDOW, MAX_USERS, shares, clock);
    userBytes = new RateLimiter<>(LimitName.USER_BYTES, WINDOW, MAX_USERS, shares, clock);
  }

  /** A user in a tenant, since the limits of users are those of the tenant. */
  private record UserKey(TenantId tenant, UUID user) {}

  /**
   * Takes what a request publishes from all four limits, or from none.
   *
   * @return the limit of which the least remains, if that is less than half; empty otherwise
   * @throws LimitExceeded if one of the limits is reached, or is lower than the request alone
   */
  public Optional<RateLimit> take(TenantId tenant, UUID user, int messages, long bytes) {
    var allowed = limits.apply(tenant);
    var key = new UserKey(tenant, user);
    var taken = new RateLimiter.Taken[4];
    try {
      taken[0] = userMessages.take(key, allowed.userMessagesPerSecond(), messages);
      taken[1] = userBytes.take(key, allowed.userBytesPerSecond(), bytes);
      taken[2] = tenantMessages.take(tenant, allowed.messagesPerSecond(), messages);
      taken[3] = tenantBytes.take(tenant, allowed.bytesPerSecond(), bytes);
    } catch (LimitExceeded e) {
      for (var granted : taken) {
        if (granted != null) {
          granted.giveBack();
        }
      }
      metrics.refused(e.limit().name());
      throw e;
    }
    return scarcest(taken);
  }

  private static Optional<RateLimit> scarcest(RateLimiter.Taken[] taken) {
    var scarcest = taken[0];
    for (var other : taken) {
      if (other.remaining() < scarcest.remaining()) {
        scarcest = other;
      }
    }
    return scarcest.remaining() < SHOWN_BELOW ? Optional.of(scarcest.state()) : Optional.empty();
  }
}
