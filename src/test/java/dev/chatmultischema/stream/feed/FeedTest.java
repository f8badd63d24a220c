package dev.chatmultischema.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.Meter;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.Position;
import dev.chatmultischema.redis.BroadcastSignature;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FeedTest {

  private final TaskScheduler fetchers = new TaskScheduler("test-fetcher", 2);
  private final List<Message> stored = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger errors = new AtomicInteger();
  private final TenantId tenant = TenantId.create();
  private final BroadcastSignature signature = new BroadcastSignature(ChatService.signatures());
  private final Meter rejected = new Meter();
  private final Feed feed =
      new Feed(
          tenant,
          new Position(1, 0),
          new FeedResources(
              this::read,
              new FrameEncoder(new ObjectMapper().findAndRegisterModules()),
              fetchers,
              10_000_000,
              new FrameBudget(10_000_000),
              signature,
              rejected));

  @BeforeEach
  void start() {
    fetchers.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    fetchers.stop();
  }

  private List<Message> read(TenantId tenant, long seq, int limit) {
    reads.incrementAndGet();
    if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new OutOfMemoryError("as if");
    }
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new ConnectionException(new SQLException("the database is down", "08006"));
    }
    synchronized (stored) {
      return stored.stream().filter(message -> message.seq() > seq).limit(limit).toList();
    }
  }

  /** Stores messages, and returns the broadcast of them. */
  private byte[] store(int count) {
    var payload = new StringBuilder().append(stored.size() + 1).append('\n');
    for (int i = 0; i < count; i++) {
      long seq = stored.size() + 1;
      stored.add(
          new Message(
              new UUID(0, seq),
              seq,
              null,
              new Content("{\"n\":" + seq + "}"),
              java.time.Instant.EPOCH));
      payload.append("{\"n\":").append(seq).append("}\n");
    }
    return signed(tenant, payload.toString());
  }

  private void awaitComplete() {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(feed.head()).isEqualTo(stored.size()));
    assertEverythingOnce();
  }

  private void assertEverythingOnce() {
    long position = 0;
    for (var slice = feed.after(0); slice.isPresent(); slice = feed.after(position)) {
      var bytes = slice.get();
      var text =
          new String(
              bytes.bytes(), bytes.from(), bytes.to() - bytes.from(), StandardCharsets.UTF_8);
      for (var event : text.split("\n\n")) {
        assertThat(event).startsWith("id: %d\n".formatted(++position));
        assertThat(event).contains("\"n\":" + position + "}");
      }
    }
    assertThat(position).isEqualTo(stored.size());
  }

  @Test
  void appendsOrderedBroadcastsWithoutReading() {
    for (int i = 0; i < 10; i++) {
      feed.onMessage(store(3));
    }
    assertThat(feed.head()).isEqualTo(30);
    assertEverythingOnce();
    assertThat(reads).hasValue(0);
  }

  @Test
  void dropsDuplicateBroadcasts() {
    var first = store(3);
    var second = store(3);
    feed.onMessage(first);
    feed.onMessage(first);
    feed.onMessage(second);
    feed.onMessage(first);
    assertThat(feed.head()).isEqualTo(6);
    assertEverythingOnce();
  }

  @Test
  void reordersBroadcastsWithoutReading() {
    var first = store(3);
    var second = store(3);
    feed.onMessage(second);
    assertThat(feed.head()).isZero();
    feed.onMessage(first);
    assertThat(feed.head()).isEqualTo(6);
    assertEverythingOnce();
  }

  @Test
  void readsLostMessages() {
    feed.onMessage(store(3));
    store(1_000);
    feed.onMessage(store(3));
    awaitComplete();
    assertThat(reads.get()).isPositive();
  }

  @Test
  void readsUpToAnObservedHead() {
    store(1_000);
    feed.observeHead(1_000, feed.gapMark());
    awaitComplete();
  }

  @Test
  void skipsLongGaps() {
    store(20_000);
    feed.observeHead(20_000, feed.gapMark());
    assertThat(feed.head()).isEqualTo(20_000);
    assertThat(feed.hasEvicted(0)).isTrue();
    feed.onMessage(store(1));
    assertThat(feed.head()).isEqualTo(20_001);
    assertThat(reads).hasValue(0);
  }

  @Test
  void retriesWhileTheDatabaseIsUnavailable() {
    failures.set(3);
    store(10);
    feed.onMessage(store(1));
    awaitComplete();
    assertThat(reads.get()).isGreaterThan(3);
  }

  @Test
  void retriesAfterErrors() {
    errors.set(2);
    store(10);
    feed.onMessage(store(1));
    awaitComplete();
  }

  @Test
  void dropsBroadcastsThatWereNeverStored() {
    feed.onMessage(signed(tenant, "4711\n{\"n\":4711}\n"));
    await().until(() -> reads.get() > 0);
    feed.onMessage(store(3));
    awaitComplete();
  }

  /** A client of Redis may publish what it wants, also what a node has published elsewhere. */
  @Test
  void readsInsteadOfForgedAndDamagedBroadcasts() {
    feed.onSubscribed();
    feed.observeHead(0, feed.gapMark());
    var genuine = store(1);
    var damaged = genuine.clone();
    damaged[damaged.length - 3] ^= 1;
    var forged = "1\n{\"n\":4711}\n".getBytes(StandardCharsets.UTF_8);
    var ofAnotherTenant = signed(TenantId.create(), "1\n{\"n\":4711}\n");
    var malformed = signed(tenant, "nonsense");
    var truncated = java.util.Arrays.copyOf(genuine, BroadcastSignature.CONTENT);
    var wrong = List.of(damaged, forged, ofAnotherTenant, malformed, truncated, new byte[0]);

    wrong.forEach(feed::onMessage);

    assertThat(feed.head()).isZero();
    assertThat(rejected.getCount()).isEqualTo(wrong.size());
    assertThat(feed.mayHaveGap()).isTrue();
    feed.onMessage(genuine);
    assertThat(feed.head()).isEqualTo(1);
    assertEverythingOnce();
  }

  private byte[] signed(TenantId of, String content) {
    var payload = " ".repeat(BroadcastSignature.CONTENT) + content;
    return signature.sign(of, payload.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void mayHaveGapUntilReadAfterSubscribing() {
    assertThat(feed.mayHaveGap()).isTrue();
    int before = feed.gapMark();
    feed.onSubscribed();
    feed.observeHead(0, before);
    assertThat(feed.mayHaveGap()).isTrue();
    feed.observeHead(0, feed.gapMark());
    assertThat(feed.mayHaveGap()).isFalse();
    feed.onLost();
    assertThat(feed.mayHaveGap()).isTrue();
  }

  @Test
  void isCompleteForAnyOrderOfBroadcasts() {
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      var payloads = new ArrayList<byte[]>();
      for (int i = 0; i < 50; i++) {
        var payload = store(1 + random.nextInt(10));
        for (int copies = random.nextInt(3); copies > 0; copies--) {
          payloads.add(payload);
        }
      }
      Collections.shuffle(payloads, random);
      payloads.forEach(feed::onMessage);
      feed.observeHead(stored.size(), feed.gapMark());
      awaitComplete();
    }
  }
}
