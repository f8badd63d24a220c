package dev.chatmultischema.consumer;

import dev.chatmultischema.amqp.QueueMissing;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.metrics.ChatMetrics;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what runs on this node what PostgreSQL says is wanted: on a wake-up at once, and every
 * second by itself, since wake-ups may get lost.
 */
public final class ConsumerSupervisor implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerSupervisor.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** How often all tenants are read, to notice one whose deletion was over before it was read. */
  private static final Duration FULL_PERIOD = Duration.ofSeconds(30);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(6);
  private static final int TRANSITIONS = 8;

  private final TenantDao tenants;
  private final ConsumerLauncher launcher;
  private final ChatMetrics metrics;
  private final Runnable wakeOthers;

  private final Map<TenantId, ConsumerSlot> slots = new HashMap<>();
  private final ExecutorService transitions =
      Executors.newFixedThreadPool(TRANSITIONS, task -> daemon(task, "consumer-transition"));
  private final Thread reconciler = daemon(this::reconcileForever, "consumer-reconciler");

  /** Grows with every wish to look at once, and how far it had grown when we last had looked. */
  private long asked;

  private long seen;
  private long epoch = -1;
  private long nextFullRead = System.nanoTime();
  private boolean databaseDown;
  private boolean stopping;

  ConsumerSupervisor(
      TenantDao tenants, ConsumerLauncher launcher, ChatMetrics metrics, Runnable wakeOthers) {
    this.tenants = tenants;
    this.launcher = launcher;
    this.metrics = metrics;
    this.wakeOthers = wakeOthers;
  }

  private static Thread daemon(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void start() {
    launcher.scheduler().start();
    reconciler.start();
  }

  /** Looks at what is wanted at once. */
  public synchronized void wake() {
    asked++;
    notifyAll();
  }

  /**
   * Looks at what is wanted at once, on all nodes, and waits until this one does for the tenant
   * what is wanted; false if that took longer than the timeout.
   */
  public boolean settle(TenantId tenant, Duration timeout) {
    wakeOthers.run();
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (this) {
      long mine = ++asked;
      notifyAll();
      while (seen < mine || !settled(tenant)) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || !await(left)) {
          return false;
        }
      }
      return true;
    }
  }

  private boolean settled(TenantId tenant) {
    return Optional.ofNullable(slots.get(tenant)).map(ConsumerSlot::settled).orElse(true);
  }

  /** False if the thread was interrupted. */
  private synchronized boolean await(long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, nanos));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void reconcileForever() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        reconcile();
      } catch (RuntimeException e) {
        LOG.error("could not reconcile the consumers, trying on", e);
        await(PERIOD.toNanos());
      }
    }
  }

  private void reconcile() {
    long answering;
    synchronized (this) {
      answering = asked;
    }
    boolean read = readWanted();
    synchronized (this) {
      if (stopping) {
        return;
      }
      List.copyOf(slots.values()).forEach(this::drive);
      if (read) {
        seen = Math.max(seen, answering);
      }
      notifyAll();
      if (asked == answering) {
        await(PERIOD.toNanos());
      }
    }
  }

  private boolean readWanted() {
    boolean full = System.nanoTime() - nextFullRead >= 0;
    try {
      var changed = tenants.changedAfter(full ? -1 : epoch);
      if (full) {
        nextFullRead = System.nanoTime() + FULL_PERIOD.toNanos();
      }
      take(changed, full);
      if (databaseDown) {
        databaseDown = false;
        LOG.info("the database answers again");
      }
      return true;
    } catch (JdbiException e) {
      if (!databaseDown) {
        databaseDown = true;
        LOG.warn("consumers go on as they are, the database does not answer: {}", e.getMessage());
      }
      return false;
    }
  }

  private synchronized void take(List<Tenant> changed, boolean all) {
    for (var tenant : changed) {
      slots.computeIfAbsent(tenant.tenantId(), id -> new ConsumerSlot(tenant)).wanted = tenant;
      epoch = Math.max(epoch, tenant.epoch());
    }
    if (all) {
      var present = changed.stream().map(Tenant::tenantId).collect(Collectors.toSet());
      slots.values().stream()
          .filter(slot -> !present.contains(slot.wanted.tenantId()))
          .forEach(slot -> slot.wanted = slot.wanted.asDeleted());
    }
  }

  /**
   * Starts on its way what has to change for one tenant; transitions report back with a wake-up.
   */
  private void drive(ConsumerSlot slot) {
    if (slot.changing) {
      return;
    }
    if (!slot.runs()) {
      slot.consumer = null;
    }
    if (slot.wanted.running()) {
      if (slot.consumer == null && slot.mayStart()) {
        slot.changing = true;
        transitions.execute(() -> launch(slot, slot.wanted));
      } else if (slot.consumer != null) {
        slot.consumer.resize(slot.wanted.workers());
      }
    } else if (slot.consumer != null) {
      slot.changing = true;
      var consumer = slot.consumer;
      transitions.execute(() -> stop(slot, consumer));
    } else if (slot.wanted.deleted()) {
      slots.remove(slot.wanted.tenantId());
      metrics.forget(slot.wanted.tenantId());
    }
  }

  private void launch(ConsumerSlot slot, Tenant tenant) {
    TenantConsumer started = null;
    try {
      started = launcher.launch(tenant, slot.status, this::wake);
    } catch (QueueMissing | BrokerUnavailable | JdbiException e) {
      LOG.debug("no consumer for tenant {} yet", tenant.tenantId(), e);
      slot.status.failed(e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("no consumer for tenant {}, trying on", tenant.tenantId(), e);
      slot.status.failed(e.toString());
    }
    synchronized (this) {
      slot.changing = false;
      if (started == null) {
        slot.failed();
      } else {
        slot.started(started);
      }
      wakeIfChanged(slot);
    }
  }

  private void stop(ConsumerSlot slot, TenantConsumer consumer) {
    try {
      consumer.stop(STOP_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("a consumer of tenant {} did not stop cleanly", slot.wanted.tenantId(), e);
    }
    synchronized (this) {
      slot.changing = false;
      slot.consumer = null;
      wakeIfChanged(slot);
    }
  }

  /**
   * What is wanted may have changed meanwhile; who waits for the slot wants to know in any case.
   */
  private void wakeIfChanged(ConsumerSlot slot) {
    if (!slot.settled()) {
      asked++;
    }
    notifyAll();
  }

  /** What this node knows of one tenant's consumer. */
  record Report(Tenant wanted, String state, int inFlight, long processed, String lastError) {}

  /** What this node knows of every tenant's consumer, by tenant. */
  synchronized List<Report> reports() {
    return slots.values().stream()
        .filter(slot -> !slot.wanted.deleted())
        .map(
            slot ->
                new Report(
                    slot.wanted,
                    slot.changing
                        ? "changing"
                        : slot.runs() ? slot.consumer.state().label() : "stopped",
                    slot.consumer == null ? 0 : slot.consumer.inFlight(),
                    slot.status.processed(),
                    slot.status.lastFailure().map(Object::toString).orElse("")))
        .sorted(Comparator.comparing(report -> report.wanted().tenantId()))
        .toList();
  }

  /** Tenants that should be consumed here and are not, with the reason. */
  synchronized Map<TenantId, String> missing() {
    return slots.values().stream()
        .filter(slot -> slot.wanted.running() && !slot.runs())
        .collect(
            Collectors.toMap(
                slot -> slot.wanted.tenantId(),
                slot ->
                    slot.status
                        .lastFailure()
                        .map(ConsumerStatus.Failure::reason)
                        .orElse("starting")));
  }

  /** Whether what is wanted has been read at least once. */
  synchronized boolean started() {
    return epoch >= 0 || seen > 0;
  }

  /**
   * Stops every consumer: all finish their running batches and hand back what they did not begin,
   * at the same time and within a bounded time.
   */
  @Override
  public void stop() throws InterruptedException {
    List<ConsumerSlot> running;
    synchronized (this) {
      stopping = true;
      running = slots.values().stream().filter(ConsumerSlot::runs).toList();
    }
    reconciler.interrupt();
    running.forEach(slot -> transitions.execute(() -> stop(slot, slot.consumer)));
    transitions.shutdown();
    if (!transitions.awaitTermination(STOP_TIMEOUT.toMillis() + 1_000, TimeUnit.MILLISECONDS)) {
      LOG.warn(
          "not all consumers stopped within {}; the broker takes back what they held",
          STOP_TIMEOUT);
    }
    launcher.scheduler().stop();
  }
}
