package dev.chatmultischema.consumer;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.chatmultischema.cluster.NodeRegistry;
import dev.chatmultischema.cluster.Spread;
import dev.chatmultischema.metrics.ChatMetrics;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what runs on this node what PostgreSQL says is wanted, of the tenants that are this node's
 * to consume: on a wake-up at once, and every second by itself, since wake-ups may get lost.
 */
public final class ConsumerSupervisor implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerSupervisor.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration BROKER_POLL = Duration.ofMillis(50);

  private final NodeRegistry nodes;
  private final WantedReader reader;
  private final OrderBook book;
  private final ConsumerLauncher launcher;
  private final ChatMetrics metrics;
  private final Runnable wakeOthers;
  private final Transitions transitions;
  private final Thread reconciler =
      new ThreadFactoryBuilder()
          .setNameFormat("consumer-reconciler")
          .setDaemon(true)
          .build()
          .newThread(this::reconcileForever);

  private final Map<TenantId, ConsumerSlot> slots = new HashMap<>();
  private List<String> placedOver = List.of();

  /** Grows with every wish to read at once. */
  private long asked;

  /** How far that had grown when we last tried to read, and when we last could. */
  private long tried;

  private long seen;

  /** Whether the slots are to be looked at again, though nothing is to be read. */
  private boolean changed;

  private boolean everRead;
  private boolean stopping;

  ConsumerSupervisor(
      NodeRegistry nodes,
      WantedReader reader,
      OrderBook book,
      ConsumerLauncher launcher,
      ChatMetrics metrics,
      Runnable wakeOthers) {
    this.nodes = nodes;
    this.reader = reader;
    this.book = book;
    this.launcher = launcher;
    this.metrics = metrics;
    this.wakeOthers = wakeOthers;
    this.transitions = new Transitions(launcher, this::look, this::done);
    nodes.onChange(this::look);
  }

  @Override
  public void start() {
    launcher.scheduler().start();
    reconciler.start();
  }

  /** Reads what is wanted at once. */
  public synchronized void wake() {
    asked++;
    notifyAll();
  }

  private synchronized void look() {
    changed = true;
    notifyAll();
  }

  /**
   * Makes all nodes read what is wanted at once, and waits until this one does for the tenant what
   * is wanted; false if that took longer than the timeout.
   */
  public boolean settle(TenantId tenant, Duration timeout) {
    wakeOthers.run();
    return awaitHere(tenant, System.nanoTime() + timeout.toNanos());
  }

  /**
   * As {@link #settle}, and waits until the broker knows of a consumer of the tenant, on whichever
   * node, or of none, if that is what is wanted.
   *
   * @throws dev.chatmultischema.message.BrokerUnavailable if the broker does not answer
   */
  public boolean settleEverywhere(TenantId tenant, boolean consumed, Duration timeout) {
    wakeOthers.run();
    long deadline = System.nanoTime() + timeout.toNanos();
    if (!awaitHere(tenant, deadline)) {
      return false;
    }
    while (launcher.consumed(tenant) != consumed) {
      synchronized (this) {
        if (System.nanoTime() - deadline >= 0 || !await(BROKER_POLL.toNanos())) {
          return false;
        }
      }
    }
    return true;
  }

  private synchronized boolean awaitHere(TenantId tenant, long deadline) {
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
    long nextRead = System.nanoTime();
    while (!Thread.currentThread().isInterrupted()) {
      try {
        boolean read = wish() || System.nanoTime() - nextRead >= 0;
        if (read) {
          nextRead = System.nanoTime() + PERIOD.toNanos();
        }
        reconcile(read);
        pause(nextRead);
      } catch (RuntimeException e) {
        LOG.error("could not reconcile the consumers, trying on", e);
        await(PERIOD.toNanos());
      }
    }
  }

  private synchronized boolean wish() {
    return asked > tried;
  }

  private synchronized void pause(long nextRead) {
    long left = nextRead - System.nanoTime();
    if (!changed && asked == tried && left > 0) {
      await(left);
    }
  }

  private void reconcile(boolean read) {
    long answering;
    synchronized (this) {
      answering = asked;
      tried = read ? asked : tried;
      changed = false;
    }
    var wanted = read ? reader.read() : Optional.<WantedReader.Wanted>empty();
    List<OrderBook.Answer> answers;
    synchronized (this) {
      if (stopping) {
        return;
      }
      wanted.ifPresent(this::take);
      place(wanted.filter(news -> !news.tenants().isEmpty()).isPresent());
      List.copyOf(slots.values()).forEach(this::drive);
      seen = wanted.isPresent() ? answering : seen;
      answers = book.due(slots.values());
      notifyAll();
    }
    book.write(answers);
  }

  private void take(WantedReader.Wanted wanted) {
    everRead = true;
    for (var tenant : wanted.tenants()) {
      slots.computeIfAbsent(tenant.tenantId(), id -> new ConsumerSlot(tenant)).want(tenant);
    }
    if (wanted.all()) {
      var present = wanted.tenants().stream().map(Tenant::tenantId).collect(Collectors.toSet());
      slots.forEach(
          (tenant, slot) -> {
            if (!present.contains(tenant)) {
              slot.want(slot.wanted().asDeleted());
            }
          });
    }
    wanted.orders().forEach(order -> book.take(order, slots.values()));
  }

  private void place(boolean tenantsChanged) {
    var live = nodes.live();
    if (tenantsChanged || !live.equals(placedOver)) {
      placedOver = live;
      var tenants =
          slots.values().stream()
              .map(ConsumerSlot::wanted)
              .filter(tenant -> !tenant.deleted())
              .map(Tenant::tenantId)
              .toList();
      var spread = Spread.over(live, tenants);
      slots.forEach((tenant, slot) -> slot.place(nodes.node().equals(spread.get(tenant))));
    }
  }

  private void drive(ConsumerSlot slot) {
    var step = slot.next();
    switch (step) {
      case START -> {
        if (launcher.hasRoom()) {
          slot.begin(step);
          transitions.start(slot);
        }
      }
      case STOP, HAND_OVER -> {
        slot.begin(step);
        transitions.end(slot, step == ConsumerSlot.Step.HAND_OVER);
      }
      case FORGET -> {
        slots.remove(slot.wanted().tenantId());
        metrics.forget(slot.wanted().tenantId());
      }
      case NOTHING -> {}
    }
  }

  private synchronized void done(ConsumerSlot slot, TenantConsumer runs) {
    slot.done(runs);
    // What is wanted may have changed meanwhile, and an order may wait for just this.
    changed |= !slot.settled() || book.isOpen();
    notifyAll();
  }

  /** The tenants that are this node's to consume, whether or not they should run. */
  synchronized List<TenantId> tenantsHere() {
    return slots.values().stream()
        .filter(ConsumerSlot::here)
        .map(slot -> slot.wanted().tenantId())
        .toList();
  }

  /** What runs here, by tenant. */
  synchronized Map<TenantId, TenantConsumer> running() {
    return slots.values().stream()
        .filter(ConsumerSlot::runs)
        .collect(Collectors.toMap(slot -> slot.wanted().tenantId(), ConsumerSlot::consumer));
  }

  /** Tenants that should be consumed here and are not, with the reason. */
  synchronized Map<TenantId, String> lacking() {
    var lacking = new TreeMap<TenantId, String>();
    slots.forEach(
        (tenant, slot) -> {
          if (slot.due() && !slot.healthy()) {
            lacking.put(tenant, slot.lack());
          }
        });
    return lacking;
  }

  /** Why this node cannot know what to consume, if so. */
  synchronized Optional<String> blind() {
    if (!everRead) {
      return Optional.of("what is wanted was not read yet: the database does not answer");
    }
    return nodes.live().isEmpty()
        ? Optional.of("handed over: the database did not answer for long")
        : Optional.empty();
  }

  /**
   * Stops every consumer: all finish their running batches and hand back what they did not begin,
   * at the same time and within a bounded time.
   */
  @Override
  public void stop() throws InterruptedException {
    synchronized (this) {
      stopping = true;
      for (var slot : slots.values()) {
        // Thousands that have nothing to finish need not tell the broker one by one.
        if (slot.runs() && slot.idle() && !slot.consumer().abandon()) {
          slot.begin(ConsumerSlot.Step.STOP);
          transitions.end(slot, false);
        }
      }
    }
    reconciler.interrupt();
    transitions.stop();
    launcher.scheduler().stop();
  }
}
