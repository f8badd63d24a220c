package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.concurrency.PeriodicTask;
import dev.chatmultischema.consumer.processing.TenantConsumer;
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
 * Tells a stuck consumer, which has something to do and gets nothing done, from an idle one.
 *
 * <p>Where nothing was delivered, only the broker knows whether something waits: it is asked for
 * some tenants a second, in turn.
 */
public final class StuckConsumerDetector implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(StuckConsumerDetector.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final int ASKED_A_SECOND = 40;

  private final ConsumerSupervisor supervisor;
  private final TenantQueues queues;
  private final Duration patience;
  private final Map<TenantId, Suspicion> suspicions = new HashMap<>();
  private final Queue<TenantId> turns = new ArrayDeque<>();
  private final PeriodicTask watch =
      new PeriodicTask("consumer-watch", PERIOD, PERIOD, this::lookOrLog);

  public StuckConsumerDetector(
      ConsumerSupervisor supervisor, TenantQueues queues, Duration patience) {
    this.supervisor = supervisor;
    this.queues = queues;
    this.patience = patience;
  }

  /** Since when something waits while nothing beyond a number is processed. */
  private record Suspicion(long processed, long waiting, long since) {}

  @Override
  public void start() {
    watch.start();
  }

  @Override
  public void stop() throws InterruptedException {
    watch.stop();
  }

  private void lookOrLog() {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.error("consumers were not watched, trying on", e);
    }
  }

  private void look() {
    var running = supervisor.running();
    suspicions.keySet().retainAll(running.keySet());
    running.forEach(this::look);
    if (turns.isEmpty()) {
      turns.addAll(running.keySet());
    }
    var idle = new ArrayList<TenantId>();
    while (idle.size() < ASKED_A_SECOND && !turns.isEmpty()) {
      var tenant = turns.remove();
      if (running.containsKey(tenant) && running.get(tenant).inFlight() == 0) {
        idle.add(tenant);
      }
    }
    if (!idle.isEmpty()) {
      ask(idle, running);
    }
  }

  private void look(TenantId tenant, TenantConsumer consumer) {
    var suspicion = suspicions.get(tenant);
    boolean paused = consumer.state() != TenantConsumer.State.RUNNING;
    if (suspicion == null || paused || suspicion.processed != consumer.status().processed()) {
      clear(tenant, consumer);
      if (!paused && consumer.inFlight() > 0) {
        suspect(tenant, consumer, consumer.inFlight());
      }
    } else {
      judge(suspicion, consumer);
    }
  }

  private void ask(List<TenantId> tenants, Map<TenantId, TenantConsumer> running) {
    try {
      queues.query(
          probe -> {
            for (var tenant : tenants) {
              waiting(tenant, running.get(tenant), probe.ready(tenant));
            }
            return null;
          });
    } catch (BrokerUnavailable e) {
      LOG.debug("not asked for the depth of queues: {}", e.getMessage());
    }
  }

  private void waiting(TenantId tenant, TenantConsumer consumer, long waiting) {
    if (waiting == 0) {
      clear(tenant, consumer);
    } else if (!suspicions.containsKey(tenant)) {
      suspect(tenant, consumer, waiting);
    }
  }

  private void suspect(TenantId tenant, TenantConsumer consumer, long waiting) {
    var processed = consumer.status().processed();
    suspicions.put(tenant, new Suspicion(processed, waiting, System.nanoTime()));
  }

  private void clear(TenantId tenant, TenantConsumer consumer) {
    suspicions.remove(tenant);
    consumer.status().stuck(null);
  }

  private void judge(Suspicion suspicion, TenantConsumer consumer) {
    var lasts = Duration.ofNanos(System.nanoTime() - suspicion.since);
    if (lasts.compareTo(patience) >= 0) {
      consumer
          .status()
          .stuck(
              String.format(
                  Locale.ROOT,
                  "%d messages waited, and for %d s nothing was processed",
                  suspicion.waiting,
                  lasts.toSeconds()));
    }
  }
}
