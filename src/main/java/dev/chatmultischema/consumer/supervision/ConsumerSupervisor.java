package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.cluster.LivenessTimes;
import dev.chatmultischema.cluster.NodeRegistry;
import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.consumer.processing.ConsumerLauncher;
import dev.chatmultischema.consumer.processing.SupervisedConsumer;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconciles the consumers of the tenants that are assigned to this node with the desired state in
 * PostgreSQL: at once on a wake-up, and every second, since a wake-up may be lost.
 */
public final class ConsumerSupervisor implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerSupervisor.class);
  private static final Duration READ_INTERVAL = LivenessTimes.RECONCILE_INTERVAL;

  private final NodeRegistry nodes;
  private final DesiredStateReader reader;
  private final PendingCommands commands;
  private final ConsumerLauncher launcher;
  private final ChatMetrics metrics;
  private final Transitions transitions;
  private final ConsumerSlots slots;
  private final ReadRequests requests = new ReadRequests();
  private final LongLivedThread reconciler =
      new LongLivedThread("consumer-reconciler", this::reconcileForever);

  /** Whether the slots have changed since the last pass, which needs no read. */
  private boolean hasChanged;

  private boolean hasRead;
  private boolean isStopping;

  public ConsumerSupervisor(
      NodeRegistry nodes,
      DesiredStateReader reader,
      PendingCommands commands,
      ConsumerLauncher launcher,
      ChatMetrics metrics) {
    this.nodes = nodes;
    this.slots = new ConsumerSlots(nodes.node());
    this.reader = reader;
    this.commands = commands;
    this.launcher = launcher;
    this.metrics = metrics;
    this.transitions = new Transitions(launcher, this::reconcileSoon, this::completed);
    nodes.onChange(this::reconcileSoon);
  }

  @Override
  public void start() {
    launcher.start();
    reconciler.start();
  }

  /** Reads the desired state at once. */
  public synchronized void wake() {
    requests.add();
    notifyAll();
  }

  private synchronized void reconcileSoon() {
    hasChanged = true;
    notifyAll();
  }

  /**
   * Reads the desired state at once, and waits until this node has reached it for the tenant.
   *
   * @param deadline as {@link System#nanoTime}
   * @return false if the deadline has passed before
   */
  public synchronized boolean awaitDesiredState(TenantId tenant, long deadline) {
    long request = requests.add();
    notifyAll();
    while (!requests.isAnswered(request) || !slots.isReady(tenant)) {
      long left = deadline - System.nanoTime();
      if (left <= 0 || !await(left)) {
        return false;
      }
    }
    return true;
  }

  /** Returns false if the thread was interrupted. */
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
        boolean isReadDue = isReadRequested() || System.nanoTime() - nextRead >= 0;
        if (isReadDue) {
          nextRead = System.nanoTime() + READ_INTERVAL.toNanos();
        }
        reconcile(isReadDue);
        awaitChange(nextRead);
      } catch (RuntimeException e) {
        LOG.error("could not reconcile the consumers; retrying in {}", READ_INTERVAL, e);
        await(READ_INTERVAL.toNanos());
      }
    }
  }

  private synchronized boolean isReadRequested() {
    return requests.isPending();
  }

  private synchronized void awaitChange(long nextRead) {
    long left = nextRead - System.nanoTime();
    while (!hasChanged && !requests.isPending() && left > 0 && await(left)) {
      left = nextRead - System.nanoTime();
    }
  }

  private void reconcile(boolean isReadDue) {
    long attempt;
    synchronized (this) {
      attempt = isReadDue ? requests.beginAttempt() : 0;
      hasChanged = false;
    }
    var changes = isReadDue ? reader.read() : Optional.<DesiredStateReader.Changes>empty();
    List<PendingCommands.DueReceipt> due;
    synchronized (this) {
      if (isStopping) {
        return;
      }
      if (changes.isPresent()) {
        update(changes.get());
        requests.succeeded(attempt);
      }
      slots.assign(nodes.available());
      List.copyOf(slots.all()).forEach(this::beginStep);
      due = commands.pollDue(slots.all());
      notifyAll();
    }
    commands.write(due);
  }

  private void update(DesiredStateReader.Changes changes) {
    hasRead = true;
    slots.update(changes.tenants(), changes.isComplete());
    changes.commands().forEach(command -> commands.add(command, slots.all()));
  }

  private void beginStep(ConsumerSlot slot) {
    var step = slot.next();
    switch (step) {
      case START -> {
        if (launcher.hasCapacity()) {
          slot.begin(step);
          transitions.start(slot);
        }
      }
      case STOP, HAND_OVER -> {
        slot.begin(step);
        transitions.shutdown(slot, step == ConsumerSlot.Step.HAND_OVER);
      }
      case REMOVE -> {
        slots.remove(slot);
        metrics.forget(slot.desired().tenantId());
      }
      case NOTHING -> {}
    }
  }

  /** Ends a transition; most cause no pass, since thousands may end at the same time. */
  private synchronized void completed(ConsumerSlot slot, SupervisedConsumer result) {
    slot.complete(result);
    // The desired state may have changed meanwhile, and a command may wait for this slot.
    hasChanged |= !slot.isReady() || !commands.isEmpty();
    notifyAll();
  }

  /** Returns the tenants that are assigned to this node, whether or not they should run. */
  synchronized List<TenantId> assignedTenants() {
    return slots.assignedTenants();
  }

  /** Returns the running consumers of this node by tenant. */
  synchronized Map<TenantId, SupervisedConsumer> running() {
    return slots.running();
  }

  /** Returns the tenants that should run on this node and are not healthy, with the reason. */
  synchronized Map<TenantId, String> unhealthy() {
    return slots.unhealthy();
  }

  /** Returns the number of consumers of this node in each actual state. */
  public synchronized Map<String, Integer> countByState() {
    return slots.countByState();
  }

  /** Returns the reason for which no tenant can be assigned to this node; empty if one can. */
  synchronized Optional<String> unassignedReason() {
    if (!hasRead) {
      return Optional.of("the desired state was not read yet: the database is unavailable");
    }
    return nodes.available().contains(nodes.node())
        ? Optional.empty()
        : Optional.of("other nodes took over: the database or the broker is unavailable for long");
  }

  /**
   * Shuts down all consumers at the same time: their running batches end, their other deliveries
   * are requeued; waits up to 7 s for that.
   */
  @Override
  public void stop() throws InterruptedException {
    synchronized (this) {
      isStopping = true;
      for (var slot : slots.all()) {
        // Of thousands of consumers, the idle ones need no request to the broker each.
        if (slot.isRunning() && slot.isIdle() && !slot.consumer().closeIfIdle()) {
          slot.begin(ConsumerSlot.Step.STOP);
          transitions.shutdown(slot, false);
        }
      }
    }
    reconciler.shutdownNow();
    transitions.stop();
    launcher.stop();
  }
}
