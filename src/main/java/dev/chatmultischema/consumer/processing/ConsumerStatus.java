package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.json.Timestamps;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** What a tenant's consumers on this node have done, over the end of single ones. */
public final class ConsumerStatus {

  private final LongAdder processed = new LongAdder();
  private volatile Failure lastFailure;
  private volatile String stuck;

  /** The last thing that went wrong. */
  public record Failure(Instant at, String reason) {
    @Override
    public String toString() {
      return Timestamps.format(at) + " " + reason;
    }
  }

  void processed(int deliveries) {
    processed.add(deliveries);
  }

  public void failed(String reason) {
    lastFailure = new Failure(Instant.now(), reason);
  }

  /** Says why it does not get on; null if it does. */
  public void stuck(String reason) {
    stuck = reason;
  }

  public String stuck() {
    return stuck;
  }

  public long processed() {
    return processed.sum();
  }

  public Optional<Failure> lastFailure() {
    return Optional.ofNullable(lastFailure);
  }
}
