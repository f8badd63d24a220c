package dev.chatmultischema.consumer;

import dev.chatmultischema.amqp.Delivery;
import dev.chatmultischema.amqp.Subscription;
import dev.chatmultischema.metrics.TenantMeters;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
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
final class TenantConsumer implements Subscription.Listener, LaneScheduler.Turns {

  private static final Logger LOG = LoggerFactory.getLogger(TenantConsumer.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** What a consumer is doing. */
  enum State {
    RUNNING,
    PAUSED,
    STOPPING,
    ENDED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final TenantId tenant;
  private final TenantMeters meters;
  private final ConsumerStatus status;
  private final BatchWriter writer;
  private final FailureRouter router;
  private final LaneScheduler scheduler;
  private final int maxBatch;
  private final Runnable ended;

  private final Lanes lanes = new Lanes();
  private State state = State.RUNNING;
  private int workers;
  private int running;
  private boolean inRow;
  private Duration pause = FIRST_PAUSE;
  private Subscription subscription;

  /**
   * Acknowledgements leave in the order of their tags: the broker takes no lower one after a
   * higher.
   */
  private final Object acknowledging = new Object();

  private final AckWindow window = new AckWindow();

  TenantConsumer(
      TenantId tenant,
      int workers,
      int maxBatch,
      ConsumerStatus status,
      TenantMeters meters,
      BatchWriter writer,
      FailureRouter router,
      LaneScheduler scheduler,
      Runnable ended) {
    this.tenant = tenant;
    this.workers = workers;
    this.maxBatch = maxBatch;
    this.status = status;
    this.meters = meters;
    this.writer = writer;
    this.router = router;
    this.scheduler = scheduler;
    this.ended = ended;
  }

  /** Opens the way: deliveries that came before wait until now. */
  synchronized void start(Subscription opened) {
    subscription = opened;
    meters.workers().set(workers);
    offer();
  }

  synchronized State state() {
    return state;
  }

  synchronized int inFlight() {
    return lanes.inFlight() + lanes.waiting();
  }

  /** Lets more or fewer lanes run at once, from the next batch on. */
  synchronized void resize(int number) {
    if (number != workers) {
      workers = number;
      meters.workers().set(number);
      offer();
    }
  }

  synchronized int workers() {
    return workers;
  }

  @Override
  public synchronized void delivered(Delivery delivery) {
    lanes.add(Incoming.of(delivery));
    offer();
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
    LOG.warn("consumer of tenant {} lost: {}", tenant, reason);
    status.failed(reason);
    ended.run();
  }

  private void end() {
    state = State.ENDED;
    lanes.clear();
    meters.workers().set(0);
    notifyAll();
  }

  private boolean mayRun() {
    return state == State.RUNNING
        && subscription != null
        && running < Math.min(workers, scheduler.share())
        && lanes.ready();
  }

  private void offer() {
    if (!inRow && mayRun()) {
      inRow = true;
      scheduler.enqueue(this);
    }
  }

  @Override
  public void turn() {
    Lanes.Batch batch;
    synchronized (this) {
      inRow = false;
      if (!mayRun()) {
        return;
      }
      batch = lanes.take(maxBatch);
      running++;
      meters.busyWorkers().inc();
      offer();
    }
    List<Outcome> notNow = List.of();
    try {
      notNow = store(batch);
    } catch (RuntimeException e) {
      LOG.error("a batch of tenant {} failed unexpectedly, tried again", tenant, e);
      notNow =
          batch.messages().stream()
              .map(message -> new Outcome(message, Outcome.Fate.NOT_NOW, e))
              .toList();
    } finally {
      release(batch, notNow);
    }
  }

  private List<Outcome> store(Lanes.Batch batch) {
    var settled = router.settle(tenant, writer.write(tenant, batch.messages()), meters);
    synchronized (acknowledging) {
      window.settle(settled.done());
      long upTo = window.advance();
      if (upTo > 0) {
        subscription.ack(upTo, true);
      }
    }
    status.processed(settled.done().size());
    return settled.notNow();
  }

  private synchronized void release(Lanes.Batch batch, List<Outcome> notNow) {
    running--;
    meters.busyWorkers().dec();
    var back = state == State.ENDED ? List.<Outcome>of() : notNow;
    lanes.release(batch, back.stream().map(Outcome::message).toList());
    if (notNow.isEmpty()) {
      pause = FIRST_PAUSE;
    } else if (state == State.RUNNING) {
      pause(notNow.get(0).cause());
    }
    offer();
    notifyAll();
  }

  private void pause(Exception cause) {
    if (pause.equals(FIRST_PAUSE)) {
      LOG.warn("tenant {} pauses: {}", tenant, cause.getMessage());
    }
    state = State.PAUSED;
    status.failed(cause.getMessage());
    long millis = pause.toMillis();
    scheduler.after(
        Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1)),
        this::resume);
    pause =
        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
  }

  private synchronized void resume() {
    if (state == State.PAUSED) {
      state = State.RUNNING;
      offer();
    }
  }

  /**
   * Stops for good: takes no further deliveries, finishes the batches that run, hands the rest back
   * in their order, and closes; a batch that does not finish in time is handed back as well.
   */
  void stop(Duration timeout) throws InterruptedException {
    synchronized (this) {
      if (state == State.ENDED) {
        return;
      }
      state = State.STOPPING;
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    subscription.cancel(timeout);
    List<Incoming> unbegun;
    synchronized (this) {
      while (running > 0 && state != State.ENDED) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          LOG.warn("{} batches of tenant {} did not end within {}", running, tenant, timeout);
          break;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      unbegun = lanes.waitingInOrder();
      end();
    }
    synchronized (acknowledging) {
      window.forEachBehindGap(tag -> subscription.ack(tag, false));
      unbegun.forEach(message -> subscription.handBack(message.tag()));
    }
    subscription.close();
  }
}
