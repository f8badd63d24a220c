package dev.chatmultischema.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.database.OwnerDatabase;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MessageStoreIT {

  private static Jdbi jdbi;
  private static MessageStore store;
  private TenantId tenant;

  @BeforeAll
  static void migrate() {
    var url = Backends.shared().newDatabase();
    ChatService.migrate(url);
    jdbi = ChatService.jdbi(url);
    store = store(jdbi);
  }

  @BeforeEach
  void createTenant() {
    tenant = TenantId.create();
    jdbi.useHandle(
        handle ->
            handle.execute(
                "INSERT INTO tenants (tenant_id, tenant_name, workers, deleted_at)"
                    + " VALUES (?, 'A tenant', 1, now())",
                tenant.value()));
    new TenantPartitions(OwnerDatabase.ofOneRole(jdbi)).create(tenant, handle -> null);
  }

  @Test
  void assignsSeqInTheGivenOrder() {
    var first = drafts(3);
    var second = drafts(2);
    assertThat(store.append(tenant, first)).isEqualTo(messages(first, 1));
    assertThat(store.append(tenant, second)).isEqualTo(messages(second, 4));
    assertThat(stored())
        .isEqualTo(
            Stream.concat(messages(first, 1).stream(), messages(second, 4).stream()).toList());
  }

  @Test
  void skipsStoredMessages() {
    var first = drafts(3);
    var more = drafts(2);
    store.append(tenant, first);
    assertThat(store.append(tenant, List.of(first.get(2), more.get(0), first.get(0), more.get(1))))
        .isEqualTo(messages(more, 4));
    assertThat(store.append(tenant, first)).isEmpty();
    assertThat(store.append(tenant, drafts(1))).extracting(Message::seq).containsExactly(6L);
    assertThat(stored()).extracting(Message::seq).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void storesTheFirstOfTwoWithOneId() {
    var id = UUID.randomUUID();
    var twice = List.of(draft(id, "{\"n\":1}"), draft(id, "{\"n\":2}"));
    assertThat(store.append(tenant, twice)).isEqualTo(messages(twice.subList(0, 1), 1));
  }

  @Test
  void storesNothingOfAFailedBatch() {
    var known = drafts(1);
    store.append(tenant, known);
    var wrong = draft(UUID.randomUUID(), "no JSON");
    assertFails(DatabaseFault.INVALID, tenant, List.of(draft(UUID.randomUUID(), "{}"), wrong));
    assertFails(DatabaseFault.INVALID, tenant, List.of(known.get(0), wrong));
    assertThat(stored()).isEqualTo(messages(known, 1));
  }

  @Test
  void reportsAMissingTenant() {
    var nobody = TenantId.create();
    assertFails(DatabaseFault.MISSING, nobody, drafts(1));
    jdbi.useHandle(
        handle -> handle.execute("DELETE FROM tenant_heads WHERE tenant_id = ?", tenant.value()));
    assertFails(DatabaseFault.MISSING, tenant, drafts(1));
  }

  /** A node loses its connection, and another node receives the same batch. */
  @Test
  void storesEachIdOnceInParallel() throws Exception {
    int writers = 4;
    var drafts = drafts(400);
    var threads = Executors.newFixedThreadPool(writers);
    try {
      var works = new ArrayList<Callable<List<Message>>>();
      for (int writer = 0; writer < writers; writer++) {
        works.add(() -> storeInBatches(drafts));
      }
      var answered = new ArrayList<Message>();
      for (var done : threads.invokeAll(works)) {
        answered.addAll(done.get());
      }
      assertThat(answered).containsExactlyInAnyOrderElementsOf(stored());
    } finally {
      threads.shutdownNow();
    }
    assertThat(stored())
        .extracting(Message::seq)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 400).boxed().toList());
    assertThat(stored().stream().map(Message::messageId).collect(Collectors.toSet())).hasSize(400);
  }

  private List<Message> storeInBatches(List<Draft> drafts) {
    var shuffled = new ArrayList<>(drafts);
    Collections.shuffle(shuffled);
    var answered = new ArrayList<Message>();
    for (int from = 0; from < shuffled.size(); from += 10) {
      answered.addAll(store.append(tenant, shuffled.subList(from, from + 10)));
    }
    return answered;
  }

  /** PostgreSQL caches plans: a plan for an empty partition must suit a large one. */
  @Test
  void scansNoPartition() {
    try (var handle = jdbi.open()) {
      var onOneConnection = store(Jdbi.create(handle.getConnection()));
      // What the connection that made the partition has counted may arrive late.
      long before = awaitScans(handle);
      for (int i = 0; i < 20; i++) {
        onOneConnection.append(tenant, drafts(1));
      }
      onOneConnection.append(tenant, drafts(300));
      onOneConnection.append(tenant, drafts(1));
      assertThat(scans(handle)).isEqualTo(before);
    }
  }

  private long awaitScans(Handle handle) {
    var last = new AtomicLong(-1);
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> scans(handle), scans -> scans == last.getAndSet(scans));
  }

  private long scans(Handle handle) {
    handle.execute("SELECT pg_stat_force_next_flush()");
    return handle
        .createQuery("SELECT seq_scan FROM pg_stat_user_tables WHERE relid = to_regclass(?)")
        .bind(0, tenant.partition())
        .mapTo(long.class)
        .one();
  }

  private static void assertFails(DatabaseFault fault, TenantId tenant, List<Draft> drafts) {
    assertThatThrownBy(() -> store.append(tenant, drafts))
        .satisfies(failure -> assertThat(DatabaseFault.of(failure)).isEqualTo(fault));
  }

  private List<Message> stored() {
    return new MessageDao(jdbi).after(tenant, 0, 1_000, 1 << 20);
  }

  private static List<Draft> drafts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> draft(UUID.randomUUID(), "{\"n\":%d}".formatted(i)))
        .toList();
  }

  private static Draft draft(UUID id, String json) {
    return new Draft(
        id, UUID.randomUUID(), new Content(json), Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  private static List<Message> messages(List<Draft> drafts, long firstSeq) {
    return IntStream.range(0, drafts.size())
        .mapToObj(
            i -> {
              var draft = drafts.get(i);
              return new Message(
                  draft.messageId(),
                  firstSeq + i,
                  draft.senderId(),
                  draft.content(),
                  draft.createdAt());
            })
        .toList();
  }

  private static MessageStore store(Jdbi jdbi) {
    return new MessageStore(jdbi, new Epochs(jdbi, (tenant, epoch) -> 0));
  }
}
