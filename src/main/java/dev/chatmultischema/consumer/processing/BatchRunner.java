package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.consumer.processing.Outcome.Postponed;
import dev.chatmultischema.consumer.processing.SupervisedConsumer.State;
import dev.chatmultischema.prometheus.TenantMeters;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the batches of one tenant, and holds the state of its consumer.
 *
 * <p>A batch is made of the deliveries that have arrived, without waiting for more; up to {@code
 * workers} batches run at once. While a dependency is unavailable the runner pauses, with back-off,
 * and keeps the deliveries in their order.
 */
final class BatchRunner implements WorkerScheduler.Task {

  private final ConsumerStatus status;
  private final TenantMeters meters;
  private final SharedResources shared;
  private final BatchListener listener;
  private final TenantId tenant;
  private final SenderBuckets buckets;
  private final PauseBackoff pauses;
  private final WorkerPermits permits;

  private State state = State.RUNNING;
  private boolean isQueued;
  private Acknowledgements acknowledgements;

  /** An error that has not been reported to the listener yet. */
  private volatile Throwable failure;

  BatchRunner(
      TenantId tenant,
      int workers,
      ConsumerStatus status,
      TenantMeters meters,
      SharedResources shared,
      BatchListener listener) {
    this.tenant = tenant;
    this.status = status;
    this.meters = meters;
    this.shared = shared;
    this.listener = listener;
    this.buckets = new SenderBuckets(shared.budget());
    this.pauses = new PauseBackoff(tenant);
    this.permits = new WorkerPermits(workers, shared.scheduler().maxThreadsPerTenant(), meters);
  }

  /** Allows batches to run; their deliveries are acknowledged through {@code opened}. */
  synchronized void start(Acknowledgements opened) {
    acknowledgements = opened;
    if (state != State.SHUTDOWN) {
      permits.open();
    }
    enqueueIfReady();
  }

  synchronized State state() {
    return state;
  }

  synchronized boolean isTerminated() {
    return state == State.SHUTDOWN && permits.acquired() == 0;
  }

  synchronized int inFlight() {
    return buckets.inFlight() + buckets.waiting();
  }

  synchronized int workers() {
    return permits.workers();
  }

  synchronized void resize(int number) {
    if (number != permits.workers() && state != State.SHUTDOWN) {
      permits.resize(number);
      enqueueIfReady();
    }
  }

  /** Adds a delivery; returns false if this node now holds more bytes than it should. */
  synchronized boolean add(DecodedDelivery delivery) {
    if (state == State.SHUTDOWN) {
      return true;
    }
    boolean hasMemory = buckets.add(delivery);
    enqueueIfReady();
    return hasMemory;
  }

  private boolean mayRunBatch() {
    return state == State.RUNNING
        && acknowledgements != null
        && permits.isAvailable()
        && buckets.hasReady();
  }

  private void enqueueIfReady() {
    if (!isQueued && mayRunBatch()) {
      // Set after the call: if that fails, the flag would prevent all later calls.
      shared.scheduler().enqueue(this);
      isQueued = true;
    }
  }

  @Override
  public void runStep() {
    if (failure == null) {
      runBatch();
    }
    // If this throws, the step is run again and reports the error then.
    if (failure != null) {
      listener.failed(failure);
      failure = null;
    }
  }

  private void runBatch() {
    boolean hasPermit = false;
    try {
      SenderBuckets.Batch batch;
      synchronized (this) {
        isQueued = false;
        if (!mayRunBatch()) {
          return;
        }
        hasPermit = true;
        permits.acquire();
        batch = poll();
        enqueueIfReady();
      }
      process(batch);
    } catch (RuntimeException | Error e) {
      failure = e;
      shutDown();
    } finally {
      if (hasPermit) {
        releasePermit();
      }
    }
  }

  private SenderBuckets.Batch poll() {
    try {
      return buckets.poll(shared.maxBatch());
    } catch (RuntimeException | Error e) {
      // The lock is still held, or another batch could store later messages of a sender first.
      shutDown();
      throw e;
    }
  }

  private void process(SenderBuckets.Batch batch) {
    try {
      var routed = shared.processor().process(tenant, batch.deliveries(), meters);
      acknowledgements.settle(routed.settled());
      status.addProcessed(routed.settled().size());
      release(batch, routed.postponed());
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        shutDown();
        buckets.release(batch, List.of());
      }
      throw e;
    }
  }

  /** Ends a batch; if this throws, the batch has not been released. */
  private synchronized void release(SenderBuckets.Batch batch, List<Postponed> postponed) {
    if (postponed.isEmpty()) {
      pauses.reset();
    } else if (state == State.RUNNING) {
      pause(postponed.get(0).cause().getMessage());
    }
    boolean isKept = state != State.SHUTDOWN;
    buckets.release(
        batch, isKept ? postponed.stream().map(Postponed::delivery).toList() : List.of());
  }

  private void pause(String reason) {
    status.setFailure(reason);
    // Scheduled before the state changes: if this fails, nothing would end the pause.
    shared.scheduler().schedule(pauses.next(reason), this::resume);
    state = State.PAUSED;
  }

  private synchronized void resume() {
    if (state == State.PAUSED) {
      state = State.RUNNING;
      enqueueIfReady();
    }
  }

  private void releasePermit() {
    synchronized (this) {
      permits.release();
      notifyAll();
      enqueueIfReady();
    }
    if (isTerminated()) {
      listener.terminated();
    }
  }

  /** Begins no further batch; returns false if the runner is shut down. */
  synchronized boolean stop() {
    if (state != State.SHUTDOWN) {
      state = State.STOPPING;
    }
    return state == State.STOPPING;
  }

  /** Waits for the running batches; returns false if the deadline has passed before. */
  synchronized boolean awaitRunning(long deadline) throws InterruptedException {
    while (permits.acquired() > 0 && state != State.SHUTDOWN) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** Drops the waiting deliveries; returns false if the runner was shut down before. */
  synchronized boolean shutDown() {
    boolean wasOpen = state != State.SHUTDOWN;
    state = State.SHUTDOWN;
    buckets.clear();
    permits.close();
    notifyAll();
    return wasOpen;
  }

  /** Shuts down as {@link #shutDown} does; returns the waiting deliveries in their order. */
  synchronized List<DecodedDelivery> shutDownAndReturnWaiting() {
    var waiting = buckets.waitingInOrder();
    shutDown();
    return waiting;
  }

  /** Shuts down if there are no deliveries; returns whether it did. */
  synchronized boolean shutDownIfIdle() {
    return inFlight() == 0 && shutDown();
  }
}
