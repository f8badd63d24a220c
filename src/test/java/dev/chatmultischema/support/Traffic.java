package dev.chatmultischema.support;

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
 * Several users who publish single messages and batches to any of several nodes in turn, and the
 * messages that must be stored.
 *
 * <p>Each user repeats a request without a 202 under the same ids, and sends the next one only
 * after it is accepted, so that its {@link SenderAccount} is exact.
 */
public final class Traffic implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration INTERVAL = Duration.ofMillis(20);
  private static final int BATCH = 10;

  private final List<URI> nodes;
  private final Duration interval;
  private final List<Sender> senders = new ArrayList<>();
  private final List<Future<?>> running = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Traffic(List<URI> nodes, Duration interval) {
    this.nodes = new CopyOnWriteArrayList<>(nodes);
    this.interval = interval;
  }

  /** Starts to publish as each of the users to each of the tenants. */
  public static Traffic start(List<URI> nodes, List<String> tenants, List<String> tokens) {
    return start(nodes, tenants, tokens, INTERVAL);
  }

  /**
   * Starts to publish as each of the users to each of the tenants.
   *
   * @param interval between two requests of a user to a tenant
   */
  public static Traffic start(
      List<URI> nodes, List<String> tenants, List<String> tokens, Duration interval) {
    var traffic = new Traffic(nodes, interval);
    for (var tenant : tenants) {
      for (var token : tokens) {
        traffic.senders.add(traffic.new Sender(tenant, token));
      }
    }
    traffic.senders.forEach(sender -> traffic.running.add(traffic.threads.submit(sender::send)));
    return traffic;
  }

  public void add(URI node) {
    nodes.add(node);
  }

  /** Publishes no further request to a node. */
  public void remove(URI node) {
    nodes.remove(node);
  }

  private final class Sender {
    private final SenderAccount account = new SenderAccount(UUID.randomUUID().toString());
    private final String tenant;
    private final String token;

    private Sender(String tenant, String token) {
      this.tenant = tenant;
      this.token = token;
    }

    private void send() {
      for (int round = 0; stopped.getCount() > 0; round++) {
        insist(round, account.begin(round % 3 == 0 ? BATCH : 1));
        account.accept();
        pause();
      }
    }

    private void insist(int round, List<?> messages) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      for (int attempt = round; !accepts(attempt, messages); attempt++) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(account + " could not publish for " + PATIENCE);
        }
        pause();
      }
    }

    /** Limits the rate, since some messages suffice to meet a fault. */
    private void pause() {
      var unused =
          Uninterruptibles.awaitUninterruptibly(
              stopped, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean accepts(int attempt, List<?> messages) {
      var all = List.copyOf(nodes);
      var client = new ChatClient(all.get(attempt % all.size()), Map.of()).as(token).tenant(tenant);
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

  /** Waits until a number of further messages of every sender is accepted. */
  public void awaitMore(int messages) {
    var before = senders.stream().map(sender -> sender.account.accepted()).toList();
    await("more accepted messages")
        .atMost(PATIENCE)
        .until(
            () ->
                running.stream().anyMatch(Future::isDone)
                    || IntStream.range(0, before.size())
                        .allMatch(
                            i -> senders.get(i).account.accepted() >= before.get(i) + messages));
  }

  /** Stops once every sender's last message is accepted. */
  public void stop() throws Exception {
    stopped.countDown();
    for (var sender : running) {
      sender.get(PATIENCE.toSeconds() + 10, TimeUnit.SECONDS);
    }
  }

  /** An action of a test. */
  public interface Action {
    void run() throws Exception;
  }

  /**
   * Runs an action that loses the contents of queues, and allows the loss of messages sent before
   * its end.
   */
  public void losing(Action deletion) throws Exception {
    var before = senders.stream().map(sender -> sender.account.accepted()).toList();
    deletion.run();
    IntStream.range(0, before.size())
        .forEach(i -> senders.get(i).account.allowLossUntilNow(before.get(i)));
  }

  /** Asserts after {@link #stop} that all accepted messages are stored once, in gapless order. */
  public void assertAllStored(ChatClient admin) {
    for (var tenant : tenants()) {
      await("balance of tenant " + tenant)
          .atMost(PATIENCE)
          .untilAsserted(() -> assertAllStored(tenant, admin.tenant(tenant).messages()));
    }
  }

  private void assertAllStored(String tenant, List<JsonNode> stored) {
    int kept =
        senders.stream()
            .filter(sender -> sender.tenant.equals(tenant))
            .mapToInt(sender -> sender.account.assertKept(stored))
            .sum();
    assertThat(stored).as("nothing but what was accepted").hasSize(kept);
    assertThat(stored.stream().map(message -> message.get("seq").asLong()))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, kept).boxed().toList());
  }

  private List<String> tenants() {
    return senders.stream().map(sender -> sender.tenant).distinct().toList();
  }

  @Override
  public void close() {
    stopped.countDown();
    threads.shutdownNow();
  }
}
