package dev.chatmultischema.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The messages of one sender, and those of them that must be stored.
 *
 * <p>The sender repeats a request until it is accepted, and only then sends the next one. So every
 * message of a request is in the queue before any message of the next request is sent, and a later
 * copy from an earlier attempt is of a message that is in the queue already. Each attempt sends its
 * messages in order. So the first copies are in the queue in the order of their numbers, and must
 * be stored in this order, also after repetitions.
 */
final class SenderAccount {

  private final String name;
  private final List<String> begun = new ArrayList<>();
  private int accepted;

  /** Messages below this number may be lost. */
  private int losable;

  /** The messages from this number on, of those that may be lost, may be stored in any order. */
  private int unordered;

  SenderAccount(String name) {
    this.name = name;
  }

  /** Records a request of some messages with the next numbers, and returns them. */
  synchronized List<Map<String, Object>> begin(int size) {
    var messages = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < size; i++) {
      var content = Map.of("sender", name, "n", begun.size());
      var id = UUID.randomUUID().toString();
      begun.add(id);
      messages.add(Map.of("message_id", id, "content", content));
    }
    return messages;
  }

  /** Records that all begun messages are accepted. */
  synchronized void accept() {
    accepted = begun.size();
  }

  /** Returns the number of accepted messages: those with lower numbers. */
  synchronized int accepted() {
    return accepted;
  }

  /**
   * Allows the loss of the contents of a deleted queue: of messages that were sent before now.
   * Those of a request that was sent during the deletion may be stored in any order among
   * themselves, since the first of them may have found no queue, and the others the redeclared one.
   *
   * @param acceptedBefore the number of messages that were accepted before the deletion began
   */
  synchronized void allowLossUntilNow(int acceptedBefore) {
    unordered = acceptedBefore;
    losable = begun.size();
  }

  /**
   * Asserts that all accepted messages, and no others, are among the tenant's stored ones, each
   * once and in order.
   *
   * @param stored all messages of the tenant, by {@code seq}
   * @return the number of messages of this sender
   */
  synchronized int assertKept(List<JsonNode> stored) {
    var seen = new BitSet();
    int last = 0;
    for (var message : stored) {
      if (!message.at("/content/sender").asText().equals(name)) {
        continue;
      }
      int number = message.at("/content/n").asInt();
      assertThat(number).as("a stored message of %s", this).isLessThan(accepted);
      assertThat(message.get("message_id").asText()).isEqualTo(begun.get(number));
      assertThat(seen.get(number)).as("message %d twice, of %s", number, this).isFalse();
      assertThat(place(number)).as("the next one of %s", this).isGreaterThanOrEqualTo(last);
      seen.set(number);
      last = place(number);
    }
    var lost = IntStream.range(losable, accepted).filter(number -> !seen.get(number)).toArray();
    assertThat(lost).as("lost messages of %s", this).isEmpty();
    return seen.cardinality();
  }

  private int place(int number) {
    return number >= unordered && number < losable ? unordered : number;
  }

  @Override
  public synchronized String toString() {
    return "%s (begun=%d, accepted=%d, losable below %d, unordered from %d on)"
        .formatted(name, begun.size(), accepted, losable, unordered);
  }
}
