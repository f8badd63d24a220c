package dev.chatmultischema.consumer.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.amqp.codec.SenderHeaders;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.amqp.topology.QueueType;
import dev.chatmultischema.consumer.processing.SupervisedConsumer.State;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.prometheus.TenantMeters;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The test runs the steps on its own thread. */
class BatchRunnerTest {

  private static final TenantId TENANT = new TenantId(new UUID(0, 7));
  private static final UUID ANN = new UUID(0, 1);
  private static final int MAX_BATCH = 2;

  private final List<String> events = new ArrayList<>();
  private final TenantMeters meters = TestMeters.create();
  private final ConsumerStatus status = new ConsumerStatus();
  private final DeliveryBudget budget = new DeliveryBudget(1_000_000);
  private Supplier<RuntimeException> storeFailure = () -> null;
  private Error ackError;
  private Error listenerError;
  private final BatchRunner runner = runner();

  private BatchRunner runner() {
    var policy = new OutcomePolicy(3);
    var writer = new BatchWriter(this::append, (tenant, stored) -> {}, policy);
    var router =
        new OutcomeRouter(
            (tenant, messages) -> {},
            new MessageTopology(QueueType.CLASSIC, List.of(1L, 2L, 3L)),
            policy,
            "node-a");
    var shared =
        new SharedResources(
            new BatchProcessor((tenant, batch) -> batch, writer, router, policy),
            new WorkerScheduler(4),
            budget,
            new SenderHeaders(ChatService.signatures(), false),
            MAX_BATCH);
    return new BatchRunner(TENANT, 3, status, meters, shared, new RecordingListener());
  }

  private List<Message> append(TenantId tenant, List<Draft> drafts) {
    var failure = storeFailure.get();
    if (failure != null) {
      throw failure;
    }
    return drafts.stream()
        .map(draft -> new Message(draft.messageId(), 1, null, draft.content(), draft.createdAt()))
        .toList();
  }

  private final class RecordingListener implements BatchListener {
    @Override
    public void failed(Throwable error) {
      if (listenerError != null) {
        var thrown = listenerError;
        listenerError = null;
        throw thrown;
      }
      events.add("failed: " + error.getMessage());
    }

    @Override
    public void terminated() {
      events.add("terminated");
    }
  }

  private void start() {
    runner.start(
        new Acknowledgements(
            (tag, multiple) -> {
              if (ackError != null) {
                throw ackError;
              }
              events.add("ack " + tag);
            },
            tag -> events.add("requeue " + tag)));
  }

  private void add(long... tags) {
    for (long tag : tags) {
      runner.add(Deliveries.of(tag, ANN));
    }
  }

  @Test
  void keepsDeliveriesUntilItIsStarted() {
    add(1);
    runner.runStep();
    assertThat(events).isEmpty();
    start();
    runner.runStep();
    assertThat(events).containsExactly("ack 1");
    assertThat(status.processed()).isOne();
  }

  @Test
  void storesBatchesUpToTheirBound() {
    start();
    add(1, 2, 3);
    runner.runStep();
    assertThat(events).containsExactly("ack 2");
    assertThat(runner.inFlight()).isOne();
    runner.runStep();
    assertThat(events).containsExactly("ack 2", "ack 3");
    assertThat(runner.inFlight()).isZero();
  }

  @Test
  void pausesInAnOutageAndKeepsTheDeliveries() {
    start();
    storeFailure = () -> Deliveries.failure(Deliveries.OUTAGE);
    add(1, 2);
    runner.runStep();
    assertThat(runner.state()).isEqualTo(State.PAUSED);
    assertThat(runner.inFlight()).isEqualTo(2);
    assertThat(status.lastFailure()).isPresent();
    assertThat(events).isEmpty();
  }

  @Test
  void pausesAfterAnUnexpectedErrorInABatch() {
    start();
    storeFailure = () -> new IllegalStateException("a bug");
    add(1);
    runner.runStep();
    assertThat(runner.state()).isEqualTo(State.PAUSED);
    assertThat(runner.inFlight()).isOne();
  }

  @Test
  void shutsDownAfterAnErrorOutsideOfABatch() {
    start();
    ackError = new OutOfMemoryError("none left");
    add(1, 2, 3);
    runner.runStep();
    assertThat(runner.isTerminated()).isTrue();
    assertThat(runner.inFlight()).isZero();
    assertThat(events).containsExactly("terminated", "failed: none left");
    assertThat(meters.busyWorkers().get()).isZero();
    assertThat(meters.workers().get()).isZero();
    assertThat(budget.toString()).contains("deliveries of 0 bytes");
  }

  @Test
  void repeatsAFailedReportOfAnError() {
    start();
    ackError = new OutOfMemoryError("none left");
    listenerError = new OutOfMemoryError("none either");
    add(1);
    try {
      runner.runStep();
    } catch (OutOfMemoryError expected) {
      assertThat(expected).hasMessage("none either");
    }
    runner.runStep();
    assertThat(events).containsExactly("terminated", "failed: none left");
    runner.runStep();
    assertThat(events).hasSize(2);
  }

  @Test
  void returnsTheWaitingDeliveriesAtShutdown() throws Exception {
    start();
    add(1, 2, 3);
    assertThat(runner.stop()).isTrue();
    runner.runStep();
    assertThat(runner.awaitRunning(System.nanoTime() + Duration.ofSeconds(5).toNanos())).isTrue();
    assertThat(runner.shutDownAndReturnWaiting())
        .extracting(DecodedDelivery::tag)
        .containsExactly(1L, 2L, 3L);
    assertThat(runner.isTerminated()).isTrue();
    assertThat(runner.stop()).isFalse();
  }

  @Test
  void shutsDownAtOnceOnlyIfItIsIdle() {
    start();
    add(1);
    assertThat(runner.shutDownIfIdle()).isFalse();
    runner.runStep();
    assertThat(runner.shutDownIfIdle()).isTrue();
    assertThat(runner.state()).isEqualTo(State.SHUTDOWN);
  }

  @Test
  void showsItsWorkersInTheGauge() {
    start();
    assertThat(meters.workers().get()).isEqualTo(3);
    runner.resize(5);
    assertThat(meters.workers().get()).isEqualTo(5);
    runner.shutDown();
    assertThat(meters.workers().get()).isZero();
  }
}
