package dev.chatmultischema.consumer.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.tenant.TenantId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;

class BatchWriterTest {

  private static final TenantId TENANT = new TenantId(new UUID(0, 7));
  private static final int MAX_RETRIES = 5;

  private final Set<UUID> ids = new HashSet<>();
  private final List<Message> broadcast = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();
  private final Deque<String> nextFailures = new ArrayDeque<>();
  private final BatchWriter writer =
      new BatchWriter(
          this::append,
          (tenant, stored) -> broadcast.addAll(stored),
          new OutcomePolicy(MAX_RETRIES));

  /**
   * Fails with the SQLSTATE that a message of the batch contains, or else with the next one that
   * the test has set.
   */
  private List<Message> append(TenantId tenant, List<Draft> drafts) {
    sizes.add(drafts.size());
    if (!nextFailures.isEmpty()) {
      throw Deliveries.failure(nextFailures.remove());
    }
    for (var draft : drafts) {
      for (var state :
          List.of(Deliveries.OUTAGE, Deliveries.CONFLICT, Deliveries.REFUSED, Deliveries.INVALID)) {
        if (draft.content().json().contains(state)) {
          throw Deliveries.failure(state);
        }
      }
    }
    return drafts.stream()
        .filter(draft -> ids.add(draft.messageId()))
        .map(
            draft ->
                new Message(
                    draft.messageId(),
                    ids.size(),
                    draft.senderId(),
                    draft.content(),
                    draft.createdAt()))
        .toList();
  }

  @Test
  void storesABatchInOneTransactionAndBroadcastsIt() {
    var outcomes = write(good(1), good(2), good(3));
    assertThat(outcomes).containsExactly("1 Stored", "2 Stored", "3 Stored");
    assertThat(sizes).containsExactly(3);
    assertThat(broadcast).hasSize(3);
  }

  @Test
  void findsDuplicatesOfStoredMessagesAndWithinABatch() {
    write(good(1));
    var id = new UUID(9, 9);
    var first = Deliveries.of(2, "{}", id, Map.of());
    var second = Deliveries.of(3, "{}", id, Map.of());
    assertThat(write(good(1), first, second))
        .containsExactly("1 Duplicate", "2 Stored", "3 Duplicate");
  }

  @Test
  void isolatesTheMessageThatMakesABatchFail() {
    var batch = LongStream.rangeClosed(1, 16).mapToObj(BatchWriterTest::good).toList();
    for (int bad = 0; bad < batch.size(); bad++) {
      var mixed = new ArrayList<>(batch);
      mixed.set(bad, failing(bad + 1, Deliveries.INVALID));
      ids.clear();
      var outcomes = writer.write(TENANT, mixed);
      assertThat(outcomes.stream().map(outcome -> outcome.delivery().tag()))
          .containsExactlyElementsOf(LongStream.rangeClosed(1, 16).boxed().toList());
      assertThat(outcomes.get(bad)).isInstanceOf(Outcome.DeadLetter.class);
      assertThat(outcomes).filteredOn(Outcome.Stored.class::isInstance).hasSize(15);
    }
  }

  @Test
  void decidesOnEachOfSeveralBadMessages() {
    assertThat(
            write(good(1), failing(2, Deliveries.REFUSED), failing(3, Deliveries.INVALID), good(4)))
        .containsExactly("1 Stored", "2 Retry", "3 DeadLetter", "4 Stored");
  }

  @Test
  void postponesAWholeBatchInAnOutageAfterOneAttempt() {
    nextFailures.add(Deliveries.OUTAGE);
    assertThat(write(good(1), good(2), good(3)))
        .containsExactly("1 Postponed", "2 Postponed", "3 Postponed");
    assertThat(sizes).containsExactly(3);
    assertThat(broadcast).isEmpty();
  }

  @Test
  void postponesTheRestWhenAnOutageBeginsWhileABatchIsSplit() {
    nextFailures.addAll(List.of(Deliveries.REFUSED, Deliveries.OUTAGE));
    var outcomes = writer.write(TENANT, List.of(good(1), good(2), good(3), good(4)));
    assertThat(outcomes)
        .hasSize(4)
        .allSatisfy(
            outcome ->
                assertThat(outcome)
                    .isInstanceOfSatisfying(
                        Outcome.Postponed.class,
                        postponed ->
                            assertThat(postponed.cause())
                                .hasStackTraceContaining(Deliveries.OUTAGE)));
    assertThat(sizes).containsExactly(4, 2);
  }

  @Test
  void keepsTheFirstHalfWhenAnOutageBeginsAfterIt() {
    assertThat(
            write(good(1), failing(2, Deliveries.REFUSED), failing(3, Deliveries.OUTAGE), good(4)))
        .containsExactly("1 Stored", "2 Retry", "3 Postponed", "4 Postponed");
  }

  @Test
  void repeatsAConflictAtOnceAndRetriesItAfterThreeAttempts() {
    nextFailures.addAll(List.of(Deliveries.CONFLICT, Deliveries.CONFLICT));
    assertThat(write(good(1))).containsExactly("1 Stored");
    assertThat(sizes).containsExactly(1, 1, 1);
    sizes.clear();
    assertThat(write(failing(2, Deliveries.CONFLICT))).containsExactly("2 Retry");
    assertThat(sizes).containsExactly(1, 1, 1);
  }

  @Test
  void deadLettersUndecodableMessagesAndStoresTheOthers() {
    assertThat(write(good(1), Deliveries.of(2, "no JSON"), good(3)))
        .containsExactlyInAnyOrder("1 Stored", "2 DeadLetter", "3 Stored");
    assertThat(sizes).containsExactly(2);
    sizes.clear();
    assertThat(write(Deliveries.of(4, "[]"))).containsExactly("4 DeadLetter");
    assertThat(sizes).isEmpty();
  }

  @Test
  void passesOnUnexpectedErrors() {
    var failing =
        new BatchWriter(
            (tenant, drafts) -> {
              throw new IllegalStateException("a bug");
            },
            (tenant, stored) -> {},
            new OutcomePolicy(MAX_RETRIES));
    assertThatThrownBy(() -> failing.write(TENANT, List.of(good(1))))
        .isInstanceOf(IllegalStateException.class)
        .isNotInstanceOf(JdbiException.class);
  }

  private List<String> write(DecodedDelivery... batch) {
    return writer.write(TENANT, List.of(batch)).stream()
        .map(outcome -> outcome.delivery().tag() + " " + outcome.getClass().getSimpleName())
        .toList();
  }

  private static DecodedDelivery good(long tag) {
    return Deliveries.of(tag, "{\"n\":" + tag + "}");
  }

  private static DecodedDelivery failing(long tag, String sqlState) {
    return Deliveries.of(tag, "{\"state\":\"" + sqlState + "\"}");
  }
}
