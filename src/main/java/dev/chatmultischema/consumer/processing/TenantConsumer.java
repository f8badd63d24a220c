package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.Delivery;
import dev.chatmultischema.amqp.consume.QueueConsumer;
import dev.chatmultischema.concurrency.Backoff;
import dev.chatmultischema.prometheus.TenantMeters;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes one tenant's queue on one subscription, from its start to its end.
 *
 * <p>Deliveries are stored in batches of what has arrived, {@code workers} of them at once, and
 * acknowledged after the commit. While something that it depends on is away it pauses, with
 * backoff, and keeps what it has in its order.
 */
public final class TenantConsumer implements QueueConsumer.Listener, WorkerScheduler.Turns {

  private static final Logger LOG = LoggerFactory.getLogger(TenantConsumer.class);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** What a consumer is doing. */
  public enum State {
    RUNNING,
    PAUSED,
    STOPPING,
    ENDED
  }

  private final TenantId tenant;
  private final ConsumerStatus status;
  private final TenantMeters meters;
  private final SharedResources parts;
  private final Runnable changed;

  private final SenderBuckets lanes;
  private final Backoff backoff = new Backoff(LONGEST_PAUSE);
  private State state = State.RUNNING;
  private int workers;
  private int counted;
  private int running;
  private boolean inRow;
  private boolean failing;
  private boolean overloaded;
  private QueueConsumer subscription;
  private Acknowledgements acknowledgements;

  TenantConsumer(
      TenantId tenant,
      int workers,
      ConsumerStatus status,
      TenantMeters meters,
      SharedResources parts,
      Runnable changed) {
    this.tenant = tenant;
    this.workers = workers;
    this.status = status;
    this.meters = meters;
    this.parts = parts;
    this.changed = changed;
    this.lanes = new SenderBuckets(parts.budget());
  }

  /** Opens the way: deliveries that came before wait until now. */
  synchronized void start(QueueConsumer opened) {
    subscription = opened;
    acknowledgements = new Acknowledgements(opened);
    if (state != State.ENDED) {
      count(workers);
    }
    offer();
  }

  /** Adds to what may be the share of several tenants in one gauge. */
  private void count(int lanesThatMayRun) {
    meters.workers().inc(lanesThatMayRun - counted);
    counted = lanesThatMayRun;
  }

  public synchronized State state() {
    return state;
  }

  public ConsumerStatus status() {
    return status;
  }

  public synchronized boolean ended() {
    return state == State.ENDED;
  }

  /**
   * Whether it has ended and the last of its batches, too. Until then nothing may start in its
   * place: where the queue was deleted, what came later could be stored before what is in them.
   */
  public synchronized boolean over() {
    return state == State.ENDED && running == 0;
  }

  /** Whether it should end for now, since more waits on this node than it has room for. */
  public synchronized boolean overloaded() {
    return overloaded;
  }

  public synchronized int inFlight() {
    return lanes.inFlight() + lanes.waiting();
  }

  /** Lets more or fewer lanes run at once, from the next batch on. */
  public synchronized void resize(int number) {
    if (number != workers && state != State.ENDED) {
      workers = number;
      count(workers);
      offer();
    }
  }

  public synchronized int workers() {
    return workers;
  }

  @Override
  public void delivered(Delivery delivery) {
    synchronized (this) {
      if (state == State.ENDED) {
        return;
      }
      boolean room = lanes.add(DecodedDelivery.of(delivery));
      offer();
      if (room || overloaded) {
        return;
      }
      overloaded = true;
    }
    LOG.warn("tenant {} is handed back for now: {}", tenant, parts.budget());
    status.failed("handed back for now: " + parts.budget());
    changed.run();
  }

  @Override
  public void lost(String reason) {
    synchronized (this) {
      if (state == State.ENDED) {
        return;
      }
      // What waits will be delivered again; what runs ends by itself and is known by its ids then.
      end();
    }
    LOG.debug("consumer of tenant {} lost: {}", tenant, reason);
    status.failed(reason);
    changed.run();
  }

  private void end() {
    state = State.ENDED;
    lanes.clear();
    count(0);
    notifyAll();
  }

  private boolean mayRun() {
    return state == State.RUNNING
        && subscription != null
        && running < Math.min(workers, parts.scheduler().share())
        && lanes.ready();
  }

  private void offer() {
    if (!inRow && mayRun()) {
      // Not before it is in the queue, or it would never be queued again if that fails.
      parts.scheduler().enqueue(this);
      inRow = true;
    }
  }

  @Override
  public void turn() {
    SenderBuckets.Batch batch;
    synchronized (this) {
      inRow = false;
      if (!mayRun()) {
        return;
      }
      batch = lanes.take(parts.maxBatch());
      running++;
      meters.busyWorkers().inc();
      offer();
    }
    List<Outcome> notNow = List.of();
    try {
      notNow = store(batch);
    } catch (RuntimeException | Error e) {
      LOG.error("a batch of tenant {} failed unexpectedly, tried again", tenant, e);
      var failure = new IllegalStateException("unexpected: " + e, e);
      notNow =
          batch.messages().stream()
              .map(message -> new Outcome(message, Outcome.Fate.NOT_NOW, failure))
              .toList();
    } finally {
      release(batch, notNow);
    }
    if (over()) {
      changed.run();
    }
  }

  private List<Outcome> store(SenderBuckets.Batch batch) {
    var settled =
        parts.router().settle(tenant, parts.writer().write(tenant, batch.messages()), meters);
    acknowledgements.settle(settled.done());
    status.processed(settled.done().size());
    return settled.notNow();
  }

  private synchronized void release(SenderBuckets.Batch batch, List<Outcome> notNow) {
    running--;
    meters.busyWorkers().dec();
    var back =
        state == State.ENDED
            ? List.<DecodedDelivery>of()
            : notNow.stream().map(Outcome::message).toList();
    lanes.release(batch, back);
    try {
      if (notNow.isEmpty()) {
        failing = false;
        backoff.reset();
      } else if (state == State.RUNNING) {
        pause(notNow.get(0).cause());
      }
    } finally {
      offer();
      notifyAll();
    }
  }

  private void pause(Exception cause) {
    if (!failing) {
      failing = true;
      LOG.warn("tenant {} pauses: {}", tenant, cause.getMessage());
    }
    status.failed(cause.getMessage());
    // Before it is paused, or it would stay so if this fails.
    parts.scheduler().after(backoff.next(), this::resume);
    state = State.PAUSED;
  }

  private synchronized void resume() {
    if (state == State.PAUSED) {
      state = State.RUNNING;
      offer();
    }
  }

  /**
   * Ends for good: finishes the batches that run, gives the rest back to the queue in its order,
   * and closes; a batch that does not finish in time is given back as well.
   *
   * @param handOver whether another consumer goes on at once: then nothing is cancelled first, or
   *     the broker would give it what came later before it has taken back what came earlier
   */
  public void end(Duration timeout, boolean handOver) throws InterruptedException {
    synchronized (this) {
      if (state == State.ENDED) {
        return;
      }
      state = State.STOPPING;
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    if (!handOver) {
      subscription.cancel(timeout);
    }
    var unbegun = finish(deadline, timeout);
    acknowledgements.end(handOver ? List.of() : unbegun);
    subscription.close();
  }

  /**
   * Ends without a word to the broker, if nothing is on its way here; false if something is. What
   * still comes is given back with the connection.
   */
  public synchronized boolean abandon() {
    boolean idle = inFlight() == 0;
    if (idle) {
      end();
    }
    return idle;
  }

  /** Waits for the batches that run; returns what was not begun. */
  private synchronized List<DecodedDelivery> finish(long deadline, Duration timeout)
      throws InterruptedException {
    while (running > 0 && state != State.ENDED) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        LOG.warn("{} batches of tenant {} did not end within {}", running, tenant, timeout);
        break;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    var unbegun = lanes.waitingInOrder();
    end();
    return unbegun;
  }

  @Override
  public String toString() {
    return "consumer of tenant " + tenant;
  }
}
