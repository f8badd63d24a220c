package dev.chatmultischema.consumer;

import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.consumer.supervision.ConsumerSupervisor;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The consumers of this node, and the control over those of all. */
public final class Consumers {

  private static final Duration POLL = Duration.ofMillis(50);

  private final ConsumerSupervisor supervisor;
  private final ConsumerControl control;
  private final TenantQueues queues;
  private final Runnable wakeNodes;

  Consumers(
      ConsumerSupervisor supervisor,
      ConsumerControl control,
      TenantQueues queues,
      Runnable wakeNodes) {
    this.supervisor = supervisor;
    this.control = control;
    this.queues = queues;
    this.wakeNodes = wakeNodes;
  }

  public ConsumerControl control() {
    return control;
  }

  /**
   * Makes all nodes read what is wanted at once, and waits until this one does for the tenant what
   * is wanted; false if that took longer than the timeout.
   */
  public boolean settle(TenantId tenant, Duration timeout) {
    wakeNodes.run();
    return supervisor.settle(tenant, System.nanoTime() + timeout.toNanos());
  }

  /**
   * As {@link #settle}, and waits until the broker knows of a consumer of the tenant, on whichever
   * node, or of none, if that is what is wanted.
   *
   * @throws dev.chatmultischema.message.BrokerUnavailable if the broker does not answer
   */
  public boolean settleEverywhere(TenantId tenant, boolean consumed, Duration timeout) {
    wakeNodes.run();
    long deadline = System.nanoTime() + timeout.toNanos();
    if (!supervisor.settle(tenant, deadline)) {
      return false;
    }
    while (queues.query(probe -> probe.consumers(tenant) > 0) != consumed) {
      if (System.nanoTime() - deadline >= 0 || !pause()) {
        return false;
      }
    }
    return true;
  }

  /** False if the thread was interrupted. */
  private static boolean pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
