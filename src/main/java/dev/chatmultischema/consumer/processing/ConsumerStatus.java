package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.json.Timestamps;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Records the progress and the failures of one tenant's consumers on this node. It is kept when a
 * consumer is replaced.
 */
public final class ConsumerStatus {

  private final LongAdder processed = new LongAdder();
  private volatile Failure lastFailure;
  private volatile String stuckReason;

  /** A failure and its time. */
  public record Failure(Instant at, String reason) {
    @Override
    public String toString() {
      return Timestamps.format(at) + " " + reason;
    }
  }

  void addProcessed(int deliveries) {
    processed.add(deliveries);
  }

  /** Returns the number of deliveries settled since this node started. */
  public long processed() {
    return processed.sum();
  }

  /** Records a failure at the present time, in place of the last one. */
  public void setFailure(String reason) {
    lastFailure = new Failure(Instant.now(), reason);
  }

  /** Returns the last failure; empty if there was none since this node started. */
  public Optional<Failure> lastFailure() {
    return Optional.ofNullable(lastFailure);
  }

  /** Records that the consumer counts as stuck, until {@link #clearStuck}. */
  public void setStuck(String reason) {
    stuckReason = reason;
  }

  public void clearStuck() {
    stuckReason = null;
  }

  /** Returns the reason for which the consumer counts as stuck; empty if it does not. */
  public Optional<String> stuckReason() {
    return Optional.ofNullable(stuckReason);
  }
}
