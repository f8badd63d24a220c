package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.concurrency.PeriodicTask;
import dev.chatmultischema.consumer.processing.SupervisedConsumer;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Distinguishes a stuck consumer, which has deliveries or a backlog and processes none, from an
 * idle one.
 *
 * <p>Only the broker counts the backlog of a consumer without deliveries, so the detector queries
 * the queues of some tenants each second, round robin.
 */
public final class StuckConsumerDetector implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(StuckConsumerDetector.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int MAX_QUERIES_PER_INTERVAL = 40;

  private final ConsumerSupervisor supervisor;
  private final TenantQueues queues;
  private final Duration stuckAfter;
  private final Map<TenantId, Backlog> backlogs = new HashMap<>();
  private final Queue<TenantId> roundRobin = new ArrayDeque<>();
  private final PeriodicTask detection =
      new PeriodicTask("consumer-watch", INTERVAL, INTERVAL, this::detectOrLog);

  public StuckConsumerDetector(
      ConsumerSupervisor supervisor, TenantQueues queues, Duration stuckAfter) {
    this.supervisor = supervisor;
    this.queues = queues;
    this.stuckAfter = stuckAfter;
  }

  /**
   * A backlog that was found.
   *
   * @param processed the number of deliveries processed by then
   * @param since the time at which it was found, as {@link System#nanoTime}
   */
  private record Backlog(long processed, long waiting, long since) {}

  @Override
  public void start() {
    detection.start();
  }

  @Override
  public void stop() throws InterruptedException {
    detection.stop();
  }

  private void detectOrLog() {
    try {
      detect();
    } catch (RuntimeException e) {
      LOG.error("unexpected error in the detection of stuck consumers; retrying", e);
    }
  }

  private void detect() {
    var running = supervisor.running();
    backlogs.keySet().retainAll(running.keySet());
    running.forEach(this::detect);
    if (roundRobin.isEmpty()) {
      roundRobin.addAll(running.keySet());
    }
    var withoutDeliveries = new ArrayList<TenantId>();
    while (withoutDeliveries.size() < MAX_QUERIES_PER_INTERVAL && !roundRobin.isEmpty()) {
      var tenant = roundRobin.remove();
      if (running.containsKey(tenant) && running.get(tenant).inFlight() == 0) {
        withoutDeliveries.add(tenant);
      }
    }
    if (!withoutDeliveries.isEmpty()) {
      queryQueues(withoutDeliveries, running);
    }
  }

  private void detect(TenantId tenant, SupervisedConsumer consumer) {
    var backlog = backlogs.get(tenant);
    boolean isPaused = consumer.state() != SupervisedConsumer.State.RUNNING;
    if (backlog == null || isPaused || backlog.processed != consumer.status().processed()) {
      clear(tenant, consumer);
      if (!isPaused && consumer.inFlight() > 0) {
        add(tenant, consumer, consumer.inFlight());
      }
    } else {
      markIfStuck(backlog, consumer);
    }
  }

  private void queryQueues(List<TenantId> tenants, Map<TenantId, SupervisedConsumer> running) {
    try {
      queues.query(
          probe -> {
            for (var tenant : tenants) {
              update(tenant, running.get(tenant), probe.ready(tenant));
            }
            return null;
          });
    } catch (BrokerUnavailable e) {
      LOG.debug("could not query the backlog of consumers: {}; retrying", e.getMessage());
    }
  }

  private void update(TenantId tenant, SupervisedConsumer consumer, long waiting) {
    if (waiting == 0) {
      clear(tenant, consumer);
    } else if (!backlogs.containsKey(tenant)) {
      add(tenant, consumer, waiting);
    }
  }

  private void add(TenantId tenant, SupervisedConsumer consumer, long waiting) {
    var processed = consumer.status().processed();
    backlogs.put(tenant, new Backlog(processed, waiting, System.nanoTime()));
  }

  private void clear(TenantId tenant, SupervisedConsumer consumer) {
    backlogs.remove(tenant);
    consumer.status().clearStuck();
  }

  private void markIfStuck(Backlog backlog, SupervisedConsumer consumer) {
    var duration = Duration.ofNanos(System.nanoTime() - backlog.since);
    if (duration.compareTo(stuckAfter) >= 0) {
      consumer
          .status()
          .setStuck(
              String.format(
                  Locale.ROOT,
                  "%d messages waited, and for %d s nothing was processed",
                  backlog.waiting,
                  duration.toSeconds()));
    }
  }
}
