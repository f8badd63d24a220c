package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.concurrency.Backoff;
import dev.chatmultischema.consumer.processing.ConsumerStatus;
import dev.chatmultischema.consumer.processing.SupervisedConsumer;
import dev.chatmultischema.tenant.Tenant;
import java.time.Duration;
import java.util.Locale;

/**
 * Compares one tenant's desired state with its consumer on this node, and returns the next step.
 *
 * <p>Not thread-safe: the lock of the supervisor guards it.
 */
final class ConsumerSlot {

  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  /** A step towards the desired state. */
  enum Step {
    NOTHING,
    START,
    /** Shuts the consumer down for good. */
    STOP,
    /** Shuts the consumer down for another, on this node or another, to continue at once. */
    HAND_OVER,
    /** Removes the slot of a deleted tenant. */
    REMOVE
  }

  private final ConsumerStatus status = new ConsumerStatus();
  private final Backoff backoff = new Backoff(MAX_WAIT);
  private Tenant desired;
  private boolean isAssigned;

  /** The consumer; null if there is none, not even one whose last batch still runs. */
  private SupervisedConsumer consumer;

  private Step current = Step.NOTHING;
  private long retryAt = System.nanoTime();

  ConsumerSlot(Tenant desired) {
    this.desired = desired;
  }

  Tenant desired() {
    return desired;
  }

  void setDesired(Tenant tenant) {
    desired = tenant;
  }

  /** Sets whether the tenant is assigned to this node. */
  void setAssigned(boolean toThisNode) {
    isAssigned = toThisNode;
  }

  boolean isAssigned() {
    return isAssigned;
  }

  SupervisedConsumer consumer() {
    return consumer;
  }

  ConsumerStatus status() {
    return status;
  }

  boolean isRunning() {
    return consumer != null && !consumer.isShutdown();
  }

  /** Returns whether no step is in progress. */
  boolean isIdle() {
    return current == Step.NOTHING;
  }

  /** Returns whether the consumer runs, neither paused nor stuck. */
  boolean isHealthy() {
    return isRunning()
        && consumer.state() == SupervisedConsumer.State.RUNNING
        && status.stuckReason().isEmpty();
  }

  /** Returns whether a consumer should run on this node. */
  boolean shouldRun() {
    return isAssigned && desired.running();
  }

  /** Returns the next step, and resizes the consumer at once if only its workers have changed. */
  Step next() {
    if (current != Step.NOTHING) {
      return Step.NOTHING;
    }
    if (!isRunning()) {
      if (hasLastBatch()) {
        return Step.NOTHING;
      }
      consumer = null;
      if (desired.deleted()) {
        return Step.REMOVE;
      }
      return shouldRun() && System.nanoTime() - retryAt >= 0 ? Step.START : Step.NOTHING;
    }
    if (!desired.running()) {
      return Step.STOP;
    }
    if (!isAssigned || consumer.isOverloaded()) {
      return Step.HAND_OVER;
    }
    consumer.resize(desired.workers());
    return Step.NOTHING;
  }

  private boolean hasLastBatch() {
    return consumer != null && consumer.isShutdown() && !consumer.isTerminated();
  }

  void begin(Step step) {
    current = step;
  }

  /**
   * Ends the step in progress. After a failed start or an overload, the next start is delayed.
   *
   * @param result the consumer after the step, which may be shut down while its last batch runs;
   *     null if there is none
   */
  void complete(SupervisedConsumer result) {
    if (result != null && !result.isShutdown()) {
      backoff.reset();
    } else if (current == Step.START || (consumer != null && consumer.isOverloaded())) {
      retryAt = System.nanoTime() + backoff.next().toNanos();
    }
    current = Step.NOTHING;
    consumer = result;
  }

  /** Returns whether the actual state is the desired state. */
  boolean isReady() {
    if (current != Step.NOTHING) {
      return false;
    }
    return shouldRun() ? isRunning() && consumer.workers() == desired.workers() : consumer == null;
  }

  /** Returns the actual state, and the reason if there is one. */
  String notReadyReason() {
    return status
        .stuckReason()
        .or(() -> status.lastFailure().map(ConsumerStatus.Failure::reason))
        .map(reason -> actual() + ": " + reason)
        .orElse(actual());
  }

  private String actual() {
    return switch (current) {
      case START -> "starting";
      case STOP, HAND_OVER -> "stopping";
      case NOTHING, REMOVE -> isRunning() ? activity() : hasLastBatch() ? "stopping" : inactivity();
    };
  }

  private String activity() {
    return status.stuckReason().isPresent()
        ? "stuck"
        : consumer.state().name().toLowerCase(Locale.ROOT);
  }

  private String inactivity() {
    return shouldRun() ? "down" : desired.running() ? "elsewhere" : "stopped";
  }

  ConsumerReport report() {
    return new ConsumerReport(
        desired.tenantId(),
        desired.consumer(),
        actual(),
        desired.workers(),
        consumer == null ? 0 : consumer.inFlight(),
        status.processed(),
        status.lastFailure().map(ConsumerStatus.Failure::toString).orElse(""));
  }
}
