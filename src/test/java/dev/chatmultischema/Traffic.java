package dev.chatmultischema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Several users who publish, one message or a batch at a time, to any of several replicas in turn,
 * and what must be stored of it.
 *
 * <p>Each is a good client: whatever is not answered with 202 is sent again under the same ids, and
 * what comes after it is sent after it. A copy whose answer was lost stands in the queue before the
 * copy that was accepted, so the order of what is stored is exact all the same.
 */
final class Traffic implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BATCH = 10;

  private final List<URI> replicas;
  private final List<Sender> senders = new ArrayList<>();
  private final List<Future<?>> running = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Traffic(List<URI> replicas) {
    this.replicas = new CopyOnWriteArrayList<>(replicas);
  }

  /** Starts to publish as each of the users to each of the tenants. */
  static Traffic start(List<URI> replicas, List<String> tenants, List<String> tokens) {
    var traffic = new Traffic(replicas);
    for (var tenant : tenants) {
      for (var token : tokens) {
        traffic.senders.add(traffic.new Sender(tenant, token));
      }
    }
    traffic.senders.forEach(sender -> traffic.running.add(traffic.threads.submit(sender::send)));
    return traffic;
  }

  void add(URI replica) {
    replicas.add(replica);
  }

  private final class Sender {
    private final String name = UUID.randomUUID().toString();
    private final String tenant;
    private final String token;
    private volatile int accepted;

    private Sender(String tenant, String token) {
      this.tenant = tenant;
      this.token = token;
    }

    private void send() {
      for (int round = 0; stopped.getCount() > 0; round++) {
        int size = round % 3 == 0 ? BATCH : 1;
        var messages =
            IntStream.range(accepted, accepted + size)
                .mapToObj(
                    n ->
                        Map.of(
                            "message_id",
                            UUID.randomUUID(),
                            "content",
                            Map.of("sender", name, "n", n)))
                .toList();
        insist(round, messages);
        accepted += size;
        pause();
      }
    }

    private void insist(int round, List<?> messages) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      for (int attempt = round; !accepts(attempt, messages); attempt++) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(name + " could not publish for " + PATIENCE);
        }
        pause();
      }
    }

    /** Not as fast as it can: a fault is to be met by some messages, not by many. */
    private void pause() {
      var unused = Uninterruptibles.awaitUninterruptibly(stopped, 20, TimeUnit.MILLISECONDS);
    }

    private boolean accepts(int attempt, List<?> messages) {
      var replica = replicas.get(attempt % replicas.size());
      var client = new ChatClient(replica, Map.of()).as(token).tenant(tenant);
      try {
        var answer =
            messages.size() == 1
                ? client.post("/messages", messages.get(0))
                : client.post("/messages/batch", Map.of("messages", messages));
        assertThat(answer.status()).as(answer.body()).isIn(202, 503);
        return answer.status() == 202;
      } catch (UncheckedIOException gone) {
        return false;
      }
    }
  }

  /** How many messages of a tenant were accepted. */
  int accepted(String tenant) {
    return senders.stream()
        .filter(sender -> sender.tenant.equals(tenant))
        .mapToInt(sender -> sender.accepted)
        .sum();
  }

  /** Waits until every sender had some more messages accepted. */
  void awaitMore(int messages) {
    var before = senders.stream().map(sender -> sender.accepted).toList();
    await("more accepted messages")
        .atMost(PATIENCE)
        .until(
            () ->
                running.stream().anyMatch(Future::isDone)
                    || IntStream.range(0, before.size())
                        .allMatch(i -> senders.get(i).accepted >= before.get(i) + messages));
  }

  /** Ends once every sender's last message is accepted. */
  void stop() throws Exception {
    stopped.countDown();
    for (var sender : running) {
      sender.get(PATIENCE.toSeconds() + 10, TimeUnit.SECONDS);
    }
  }

  /** Asserts, after the end, that all that was accepted is stored once, and in order. */
  void assertAllStored(ChatClient admin) {
    for (var tenant : tenants()) {
      var stored = awaitStored(admin.tenant(tenant), accepted(tenant));
      for (var sender : senders) {
        if (sender.tenant.equals(tenant)) {
          assertThat(numbers(stored, sender))
              .containsExactlyElementsOf(IntStream.range(0, sender.accepted).boxed().toList());
        }
      }
    }
  }

  /**
   * As {@link #assertAllStored}, where a queue was deleted and whatever was in it is lost: nothing
   * is asserted of what was accepted before the given number of each sender's messages.
   */
  void assertAllStoredFrom(List<Integer> numbers, ChatClient admin) {
    for (int i = 0; i < senders.size(); i++) {
      var sender = senders.get(i);
      int from = numbers.get(i);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                var stored = numbers(admin.tenant(sender.tenant).messages(), sender);
                assertThat(stored).isSorted().doesNotHaveDuplicates();
                assertThat(stored.stream().filter(n -> n >= from))
                    .containsExactlyElementsOf(
                        IntStream.range(from, sender.accepted).boxed().toList());
              });
    }
  }

  /** How many messages of each sender were accepted. */
  List<Integer> acceptedOfEach() {
    return senders.stream().map(sender -> sender.accepted).toList();
  }

  private List<String> tenants() {
    return senders.stream().map(sender -> sender.tenant).distinct().toList();
  }

  private static List<JsonNode> awaitStored(ChatClient client, int accepted) {
    await("all accepted messages stored").atMost(PATIENCE).until(() -> client.head() >= accepted);
    var stored = client.messages();
    assertThat(stored).hasSize(accepted);
    assertThat(stored.stream().map(message -> message.get("message_id").asText()))
        .doesNotHaveDuplicates();
    assertThat(stored.stream().map(message -> message.get("seq").asLong()))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, accepted).boxed().toList());
    return stored;
  }

  private static List<Integer> numbers(List<JsonNode> stored, Sender sender) {
    return stored.stream()
        .filter(message -> message.at("/content/sender").asText().equals(sender.name))
        .map(message -> message.at("/content/n").asInt())
        .toList();
  }

  @Override
  public void close() {
    stopped.countDown();
    threads.shutdownNow();
  }
}
