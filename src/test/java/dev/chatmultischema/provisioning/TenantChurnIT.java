package dev.chatmultischema.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.database.DatabaseFactory;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.Epochs;
import dev.chatmultischema.message.MessageCursor;
import dev.chatmultischema.message.MessageCursor.Order;
import dev.chatmultischema.message.MessageDao;
import dev.chatmultischema.message.MessageStore;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.Test;

/** Creating and deleting tenants blocks no other tenant. */
@ChatTest
class TenantChurnIT {

  private static final int ESTABLISHED = 4;
  private static final int COMERS = 4;
  private static final int ROUNDS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Started private static ChatService chat;

  /**
   * Returns a database whose statements fail instead of waiting 50 ms for a lock. Every use is a
   * connection of its own, since one that has used a partition before acquires fewer locks.
   */
  private static Jdbi impatient() {
    var database = new DatabaseFactory();
    database.setUrl(Backends.shared().databaseUrl());
    var options = (database.getUrl().contains("?") ? "&" : "?") + "options=-c%20lock_timeout=50";
    return Jdbi.create(database.getUrl() + options, database.getUser(), database.getPassword())
        .installPlugin(new SqlObjectPlugin());
  }

  @Test
  void blocksNoInsertsAndLists() throws Exception {
    var jdbi = impatient();
    var owner = chat.asUser();
    var established = new ArrayList<TenantId>();
    for (int i = 0; i < ESTABLISHED; i++) {
      established.add(create(owner));
    }
    var over = new AtomicBoolean();
    var threads = Executors.newCachedThreadPool();
    try {
      var inserted = new ArrayList<Future<Long>>();
      var listed = new ArrayList<Future<Long>>();
      for (var tenant : established) {
        inserted.add(threads.submit(() -> repeat(over, () -> insert(jdbi, tenant))));
        listed.add(threads.submit(() -> repeat(over, () -> list(jdbi, tenant))));
      }
      var comers = new ArrayList<Callable<Void>>();
      for (int i = 0; i < COMERS; i++) {
        var comer = chat.asUser();
        comers.add(() -> createAndDelete(comer));
      }
      for (var comer : threads.invokeAll(comers)) {
        comer.get();
      }
      over.set(true);
      for (int i = 0; i < ESTABLISHED; i++) {
        assertThat(listed.get(i).get()).isPositive();
        long stored = inserted.get(i).get();
        assertThat(head(established.get(i))).isEqualTo(stored);
      }
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
  }

  /** Checks that the test above would fail if a statement locked the parent against inserts. */
  @Test
  void detectsALockOfTheParent() {
    var jdbi = impatient();
    var tenant = create(chat.asUser());
    insert(jdbi, tenant);
    try (var locking = chat.jdbi().open()) {
      locking.useTransaction(
          handle -> {
            handle.execute("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE");
            assertThatThrownBy(() -> insert(jdbi, tenant))
                .isInstanceOf(JdbiException.class)
                .hasStackTraceContaining("lock timeout");
          });
    }
  }

  private static Void createAndDelete(ChatClient owner) {
    for (int round = 0; round < ROUNDS; round++) {
      var tenant = create(owner);
      var content = Map.of("round", round);
      var member = owner.tenant(tenant);
      int workers = 1 + round;
      repeated(() -> member.post("/messages", Map.of("content", content))).expect(202);
      repeated(() -> owner.put("/tenants/" + tenant, Map.of("workers", workers))).expect(200);
      owner.delete("/tenants/" + tenant).expect(204);
    }
    return null;
  }

  /** Repeats an action until the flag is set, and returns the number of repetitions. */
  private static long repeat(AtomicBoolean over, Runnable work) {
    long times = 0;
    while (!over.get()) {
      work.run();
      times++;
    }
    return times;
  }

  private static void insert(Jdbi jdbi, TenantId tenant) {
    var draft = new Draft(UUID.randomUUID(), null, new Content("{}"), Instant.now());
    assertThat(store(jdbi).append(tenant, List.of(draft))).hasSize(1);
  }

  private static void list(Jdbi jdbi, TenantId tenant) {
    new MessageDao(jdbi).page(tenant, MessageCursor.start(Order.DESC), 50, 1 << 20);
  }

  private static long head(TenantId tenant) {
    return new MessageDao(chat.jdbi()).head(tenant).orElseThrow().seq();
  }

  private static TenantId create(ChatClient client) {
    var created = repeated(() -> client.post("/tenants", Map.of("tenant_name", "Churn")));
    return TenantId.fromString(created.expect(201).text("/tenant_id"));
  }

  /** Repeats a request while the broker does not respond in time, as clients do. */
  private static Answer repeated(Callable<Answer> request) {
    return Answer.repeated(PATIENCE, request);
  }

  private static MessageStore store(Jdbi jdbi) {
    return new MessageStore(jdbi, new Epochs(jdbi, (tenant, epoch) -> 0));
  }
}
