package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.cluster.LivenessTimes;
import dev.chatmultischema.cluster.NodeRegistry;
import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.consumer.processing.ConsumerLauncher;
import dev.chatmultischema.consumer.processing.TenantConsumer;
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
 * Makes what runs on this node what PostgreSQL says is wanted, of the tenants that are this node's
 * to consume: on a wake-up at once, and every second by itself, since wake-ups may get lost.
 */
public final class ConsumerSupervisor implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerSupervisor.class);
  private static final Duration PERIOD = LivenessTimes.RECONCILE_INTERVAL;

  private final NodeRegistry nodes;
  private final DesiredStateReader reader;
  private final PendingCommands book;
  private final ConsumerLauncher launcher;
  private final ChatMetrics metrics;
  private final Transitions transitions;
  private final LongLivedThread reconciler =
      new LongLivedThread("consumer-reconciler", this::reconcileForever);

  private final ConsumerSlots slots;

  /** Grows with every wish to read at once. */
  private long asked;

  /** How far that had grown when we last tried to read, and when we last could. */
  private long tried;

  private long seen;

  /** Whether the slots are to be looked at again, though nothing is to be read. */
  private boolean changed;

  private boolean everRead;
  private boolean stopping;

  public ConsumerSupervisor(
      NodeRegistry nodes,
      DesiredStateReader reader,
      PendingCommands book,
      ConsumerLauncher launcher,
      ChatMetrics metrics) {
    this.nodes = nodes;
    this.slots = new ConsumerSlots(nodes.node());
    this.reader = reader;
    this.book = book;
    this.launcher = launcher;
    this.metrics = metrics;
    this.transitions = new Transitions(launcher, this::look, this::done);
    nodes.onChange(this::look);
  }

  @Override
  public void start() {
    launcher.parts().scheduler().start();
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
   * Reads what is wanted at once, and waits until this node does for the tenant what is wanted;
   * false if that was not before the deadline.
   */
  public synchronized boolean awaitDesiredState(TenantId tenant, long deadline) {
    long mine = ++asked;
    notifyAll();
    while (seen < mine || !slots.settled(tenant)) {
      long left = deadline - System.nanoTime();
      if (left <= 0 || !await(left)) {
        return false;
      }
    }
    return true;
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

  /** Every consumer that starts or ends wakes this up; thousands must not mean as many passes. */
  private synchronized void pause(long nextRead) {
    long left = nextRead - System.nanoTime();
    while (!changed && asked == tried && left > 0 && await(left)) {
      left = nextRead - System.nanoTime();
    }
  }

  private void reconcile(boolean read) {
    long answering;
    synchronized (this) {
      answering = asked;
      tried = read ? asked : tried;
      changed = false;
    }
    var wanted = read ? reader.read() : Optional.<DesiredStateReader.Wanted>empty();
    List<PendingCommands.Answer> answers;
    synchronized (this) {
      if (stopping) {
        return;
      }
      if (wanted.isPresent()) {
        take(wanted.get());
        seen = answering;
      }
      slots.place(nodes.available());
      List.copyOf(slots.all()).forEach(this::drive);
      answers = book.due(slots.all());
      notifyAll();
    }
    book.write(answers);
  }

  private void take(DesiredStateReader.Wanted wanted) {
    everRead = true;
    slots.want(wanted.tenants(), wanted.all());
    wanted.commands().forEach(order -> book.take(order, slots.all()));
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
        slots.forget(slot);
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
    return slots.here();
  }

  /** What runs here, by tenant. */
  synchronized Map<TenantId, TenantConsumer> running() {
    return slots.running();
  }

  /** Tenants that should be consumed here and are not, with the reason. */
  synchronized Map<TenantId, String> lacking() {
    return slots.lacking();
  }

  /** Why this node cannot know what to consume, if so. */
  synchronized Optional<String> blind() {
    if (!everRead) {
      return Optional.of("what is wanted was not read yet: the database does not answer");
    }
    return nodes.available().contains(nodes.node())
        ? Optional.empty()
        : Optional.of("handed over: for long without the database, or the broker");
  }

  /**
   * Stops every consumer: all finish their running batches and hand back what they did not begin,
   * at the same time and within a bounded time.
   */
  @Override
  public void stop() throws InterruptedException {
    synchronized (this) {
      stopping = true;
      for (var slot : slots.all()) {
        // Thousands that have nothing to finish need not tell the broker one by one.
        if (slot.runs() && slot.idle() && !slot.consumer().abandon()) {
          slot.begin(ConsumerSlot.Step.STOP);
          transitions.end(slot, false);
        }
      }
    }
    reconciler.shutdownNow();
    transitions.stop();
    launcher.parts().scheduler().stop();
  }
}
