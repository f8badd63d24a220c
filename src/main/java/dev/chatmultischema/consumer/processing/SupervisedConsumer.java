package dev.chatmultischema.consumer.processing;

import java.time.Duration;

/** One tenant's consumer, from its start to its termination, as the supervisor sees it. */
public interface SupervisedConsumer {

  /** The state of a consumer. */
  enum State {
    /** Storing deliveries as they come. */
    RUNNING,
    /** Keeping deliveries until a dependency is available again. */
    PAUSED,
    /** Waiting for the running batches; none is started. */
    STOPPING,
    /** The channel is closed or lost; a last batch may still run. */
    SHUTDOWN
  }

  State state();

  /** Returns whether nothing can be delivered or acknowledged any more. */
  default boolean isShutdown() {
    return state() == State.SHUTDOWN;
  }

  /**
   * Returns whether the consumer is shut down and its last batch has ended. Another consumer of the
   * tenant must not start before: where the queue was deleted and redeclared, it could store later
   * messages before those of the last batch.
   */
  boolean isTerminated();

  /** Returns whether the consumer should hand over, since the node holds too many bytes. */
  boolean isOverloaded();

  /** Returns the number of deliveries that wait or are being stored. */
  int inFlight();

  /** Returns the number of batches that may run at once. */
  int workers();

  /** Changes the number of batches that may run at once, from the next batch on. */
  void resize(int workers);

  ConsumerStatus status();

  /**
   * Shuts down for good: finishes the running batches, requeues the other deliveries in their
   * order, and closes the channel. The broker requeues a batch that has not ended by the timeout.
   *
   * @param handOver whether another consumer continues at once; then nothing is cancelled or
   *     requeued before the channel is closed, or the broker would deliver later messages to the
   *     other consumer before earlier ones are back in the queue
   */
  void shutdown(Duration timeout, boolean handOver) throws InterruptedException;

  /**
   * Shuts down without a request to the broker if no delivery is in flight, and returns whether it
   * did. Later deliveries return to the queue when the connection is closed.
   */
  boolean closeIfIdle();
}
