package dev.chatmultischema.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The metrics of one node about one tenant, and the equation in the Javadoc of {@link
 * dev.chatmultischema.prometheus.ChatMetrics}.
 */
public final class Ledger {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ChatService chat;
  private final Pattern sample;

  public Ledger(ChatService chat, String tenant) {
    this.chat = chat;
    this.sample = Pattern.compile("(?m)^chat_(\\w+)\\{tenant=\"" + tenant + "\",?} ([0-9.E+-]+)$");
  }

  /** Returns the value of a metric, as in {@code messages_stored_total}; 0 if there is none. */
  public long of(String metric) {
    var samples = sample.matcher(chat.admin().get("/prometheus").expect(200).body());
    return samples
        .results()
        .filter(match -> match.group(1).equals(metric))
        .mapToLong(match -> (long) Double.parseDouble(match.group(2)))
        .sum();
  }

  /** Waits until a metric has a value. */
  public void awaitValue(String metric, long value) {
    await(metric)
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(of(metric)).as(metric).isEqualTo(value));
  }

  /**
   * Asserts the equation, once nothing is in flight.
   *
   * @param putStraight messages that other producers put into the tenant's queue
   */
  public void assertBalanced(long putStraight) {
    assertThat(of("messages_accepted_total") + putStraight)
        .as("accepted + put straight into the queue")
        .isEqualTo(
            of("messages_stored_total")
                + of("messages_duplicate_total")
                + of("messages_dead_lettered_total")
                - of("messages_replayed_total")
                + of("queue_depth"));
  }
}
