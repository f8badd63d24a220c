package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.Delivery;
import dev.chatmultischema.amqp.codec.SenderHeaders;
import dev.chatmultischema.amqp.consume.QueueConsumer;
import dev.chatmultischema.prometheus.TenantMeters;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes one tenant's queue on one channel: passes deliveries on to its {@link BatchRunner}, and
 * shuts down in the order that keeps the messages of each sender in theirs.
 */
final class TenantConsumer implements SupervisedConsumer, QueueConsumer.Listener, BatchListener {

  private static final Logger LOG = LoggerFactory.getLogger(TenantConsumer.class);

  private final TenantId tenant;
  private final ConsumerStatus status;
  private final DeliveryBudget budget;
  private final SenderHeaders senders;
  private final Runnable onChange;
  private final BatchRunner batches;
  private final AtomicBoolean isOverloaded = new AtomicBoolean();
  private volatile QueueConsumer channel;
  private volatile Acknowledgements acknowledgements;

  /**
   * @param onChange called when the consumer has terminated by itself or should be shut down
   */
  TenantConsumer(
      TenantId tenant,
      int workers,
      ConsumerStatus status,
      TenantMeters meters,
      SharedResources shared,
      Runnable onChange) {
    this.tenant = tenant;
    this.status = status;
    this.budget = shared.budget();
    this.senders = shared.senders();
    this.onChange = onChange;
    this.batches = new BatchRunner(tenant, workers, status, meters, shared, this);
  }

  /** Starts to process the deliveries of a channel; those that came before have waited. */
  void start(QueueConsumer opened) {
    channel = opened;
    acknowledgements = new Acknowledgements(opened::ack, opened::requeue);
    batches.start(acknowledgements);
  }

  @Override
  public State state() {
    return batches.state();
  }

  @Override
  public boolean isTerminated() {
    return batches.isTerminated();
  }

  @Override
  public boolean isOverloaded() {
    return isOverloaded.get();
  }

  @Override
  public int inFlight() {
    return batches.inFlight();
  }

  @Override
  public int workers() {
    return batches.workers();
  }

  @Override
  public void resize(int workers) {
    batches.resize(workers);
  }

  @Override
  public ConsumerStatus status() {
    return status;
  }

  @Override
  public void delivered(Delivery delivery) {
    boolean hasMemory = batches.add(DecodedDelivery.of(tenant, delivery, senders));
    if (hasMemory || !isOverloaded.compareAndSet(false, true)) {
      return;
    }
    LOG.warn(
        "the deliveries of tenant {} are requeued until half of the memory is free: {}",
        tenant,
        budget);
    status.setFailure("requeued for now: " + budget);
    onChange.run();
  }

  @Override
  public void lost(String reason) {
    // The broker redelivers all; a message that a running batch stores is a duplicate then.
    if (batches.shutDown()) {
      LOG.debug("the channel of tenant {} is lost, starting another: {}", tenant, reason);
      status.setFailure(reason);
      onChange.run();
    }
  }

  @Override
  public void failed(Throwable error) {
    channel.close();
    LOG.error("unexpected error in the consumer of tenant {}; starting another", tenant, error);
    status.setFailure("unexpected error: " + error);
  }

  @Override
  public void terminated() {
    onChange.run();
  }

  @Override
  public void shutdown(Duration timeout, boolean handOver) throws InterruptedException {
    if (!batches.stop()) {
      return;
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    if (!handOver) {
      channel.cancel(timeout);
    }
    if (!batches.awaitRunning(deadline)) {
      LOG.warn(
          "batches of tenant {} did not end within {}; the broker requeues their deliveries",
          tenant,
          timeout);
    }
    var waiting = batches.shutDownAndReturnWaiting();
    acknowledgements.finish(handOver ? List.of() : waiting);
    channel.close();
  }

  @Override
  public boolean closeIfIdle() {
    return batches.shutDownIfIdle();
  }

  @Override
  public String toString() {
    return "consumer of tenant " + tenant;
  }
}
