package dev.chatmultischema.consumer;

import dev.chatmultischema.tenant.Tenant;
import java.time.Duration;

/** What is wanted of one tenant, and what runs on this node; guarded by the supervisor. */
final class ConsumerSlot {

  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  final ConsumerStatus status = new ConsumerStatus();
  Tenant wanted;

  /** What runs, or null. */
  TenantConsumer consumer;

  /** Whether it is being started or stopped. */
  boolean changing;

  private Duration wait = FIRST_WAIT;
  private long retryAt = System.nanoTime();

  ConsumerSlot(Tenant wanted) {
    this.wanted = wanted;
  }

  boolean mayStart() {
    return System.nanoTime() - retryAt >= 0;
  }

  /** Puts the next start off, for twice as long each time. */
  void failed() {
    retryAt = System.nanoTime() + wait.toNanos();
    wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
  }

  void started(TenantConsumer started) {
    consumer = started;
    wait = FIRST_WAIT;
  }

  boolean runs() {
    return consumer != null && consumer.state() != TenantConsumer.State.ENDED;
  }

  /** Whether what runs is what is wanted. */
  boolean settled() {
    if (changing) {
      return false;
    }
    return wanted.running() ? runs() && consumer.workers() == wanted.workers() : consumer == null;
  }
}
