package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.concurrency.Backoff;
import dev.chatmultischema.consumer.processing.ConsumerStatus;
import dev.chatmultischema.consumer.processing.TenantConsumer;
import dev.chatmultischema.tenant.Tenant;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What is wanted of one tenant, and what runs on this node; guarded by the supervisor. */
final class ConsumerSlot {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** What has to be done next. */
  enum Step {
    NOTHING,
    START,
    STOP,
    /** Ends the consumer for another, on this node or another, to go on at once. */
    HAND_OVER,
    FORGET
  }

  final ConsumerStatus status = new ConsumerStatus();

  private final Backoff backoff = new Backoff(LONGEST_WAIT);
  private Tenant wanted;
  private boolean here;
  private TenantConsumer consumer;
  private Step running = Step.NOTHING;
  private long retryAt = System.nanoTime();

  ConsumerSlot(Tenant wanted) {
    this.wanted = wanted;
  }

  Tenant wanted() {
    return wanted;
  }

  void want(Tenant tenant) {
    wanted = tenant;
  }

  /** Says whether this node is the one that is to consume. */
  void place(boolean onThisNode) {
    here = onThisNode;
  }

  boolean here() {
    return here;
  }

  /** What runs, or null. */
  TenantConsumer consumer() {
    return consumer;
  }

  boolean runs() {
    return consumer != null && !consumer.ended();
  }

  boolean idle() {
    return running == Step.NOTHING;
  }

  /** Whether it runs and gets on. */
  boolean healthy() {
    return runs() && consumer.state() == TenantConsumer.State.RUNNING && status.stuck() == null;
  }

  /** Whether something should run here. */
  boolean due() {
    return here && wanted.running();
  }

  /** Tells what to do, and follows a change of workers at once. */
  Step next() {
    if (running != Step.NOTHING) {
      return Step.NOTHING;
    }
    if (!runs()) {
      if (consumer != null && !consumer.over()) {
        return Step.NOTHING;
      }
      consumer = null;
      if (wanted.deleted()) {
        return Step.FORGET;
      }
      return due() && System.nanoTime() - retryAt >= 0 ? Step.START : Step.NOTHING;
    }
    if (!wanted.running()) {
      return Step.STOP;
    }
    if (!here || consumer.overloaded()) {
      return Step.HAND_OVER;
    }
    consumer.resize(wanted.workers());
    return Step.NOTHING;
  }

  void begin(Step step) {
    running = step;
  }

  /** Ends a step, with what is there now; the next start is put off where one failed. */
  void done(TenantConsumer now) {
    if (now != null && !now.ended()) {
      backoff.reset();
    } else if (running == Step.START || consumer != null && consumer.overloaded()) {
      retryAt = System.nanoTime() + backoff.next().toNanos();
    }
    running = Step.NOTHING;
    consumer = now;
  }

  /** Whether what runs is what is wanted. */
  boolean settled() {
    if (running != Step.NOTHING) {
      return false;
    }
    return due() ? runs() && consumer.workers() == wanted.workers() : consumer == null;
  }

  /** What is lacking, in words. */
  String lack() {
    var reason =
        status.stuck() != null
            ? Optional.of(status.stuck())
            : status.lastFailure().map(ConsumerStatus.Failure::reason);
    return reason.map(text -> actual() + ": " + text).orElse(actual());
  }

  private String actual() {
    return switch (running) {
      case START -> "starting";
      case STOP, HAND_OVER -> "stopping";
      case NOTHING, FORGET ->
          runs() ? doing() : consumer != null && !consumer.over() ? "stopping" : notDoing();
    };
  }

  private String notDoing() {
    return due() ? "down" : wanted.running() ? "elsewhere" : "stopped";
  }

  private String doing() {
    return status.stuck() != null ? "stuck" : consumer.state().name().toLowerCase(Locale.ROOT);
  }

  ConsumerReport report() {
    return new ConsumerReport(
        wanted.tenantId(),
        wanted.consumer(),
        actual(),
        wanted.workers(),
        consumer == null ? 0 : consumer.inFlight(),
        status.processed(),
        status.lastFailure().map(ConsumerStatus.Failure::toString).orElse(""));
  }
}
