package dev.chatmultischema.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.message.HistoryBounds;
import dev.chatmultischema.message.Position;
import dev.chatmultischema.tenant.TenantId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HeadReaderTest {

  private final TenantId tenant = TenantId.create();

  @Test
  void returnsTheHeadOfATenantThatExists() {
    var reader = new HeadReader(ids -> List.of(new HeadDao.Head(tenant, 1, 7, 2)));
    assertThat(reader.head(tenant)).hasValue(new HistoryBounds(2, new Position(1, 7)));
    assertThat(reader.head(TenantId.create())).isEmpty();
  }

  @Test
  void throwsTheFailureOfItsQuery() {
    var failure = new ConnectionException(new SQLException("refused", "08001"));
    var reader =
        new HeadReader(
            ids -> {
              throw failure;
            });
    assertThatThrownBy(() -> reader.head(tenant)).isSameAs(failure);
    assertThatThrownBy(() -> reader.head(tenant)).isSameAs(failure);
  }

  @Test
  void sharesTheNextQueryBetweenCallersThatArriveDuringOne() throws Exception {
    var queries = new AtomicInteger();
    var firstStarted = new CountDownLatch(1);
    var firstMayEnd = new CountDownLatch(1);
    var reader =
        new HeadReader(
            ids -> {
              if (queries.incrementAndGet() == 1) {
                firstStarted.countDown();
                awaitLatch(firstMayEnd);
              }
              return List.of(new HeadDao.Head(tenant, 1, queries.get(), 1));
            });
    var callers = new ArrayList<Thread>();
    var heads = new ArrayList<Long>();
    for (int i = 0; i < 10; i++) {
      var caller =
          new Thread(
              () -> {
                long head = reader.head(tenant).orElseThrow().head().seq();
                synchronized (heads) {
                  heads.add(head);
                }
              });
      callers.add(caller);
      caller.start();
      if (i == 0) {
        awaitLatch(firstStarted);
      }
    }
    await().until(() -> callers.stream().allMatch(c -> c.getState() == Thread.State.TIMED_WAITING));
    firstMayEnd.countDown();
    for (var caller : callers) {
      caller.join();
    }
    assertThat(queries).hasValue(2);
    assertThat(heads).containsOnly(1L, 2L).filteredOn(head -> head == 2).hasSize(9);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
