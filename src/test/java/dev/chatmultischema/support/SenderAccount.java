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
 * What one sender has sent and had accepted, and what has to be stored therefore.
 *
 * <p>The sender repeats a request until it is accepted, and only then sends the next. So before
 * anything of the next request is sent, every message of this one is in the queue; and a copy from
 * an earlier try, however late it arrives, is of a message that is there already. Each try sends
 * its messages in their order, too. So the first copies stand in the queue in the order of their
 * numbers, and have to be stored in it: no repetition is an excuse.
 */
final class SenderAccount {

  private final String name;
  private final List<String> begun = new ArrayList<>();
  private int accepted;

  /** Messages below this number may be lost. */
  private int losable;

  /** Of those, the messages from this number on may be stored in any order. */
  private int unordered;

  SenderAccount(String name) {
    this.name = name;
  }

  /** Takes down a request of some messages with the next numbers, and returns them. */
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

  /** Takes down that all that was begun is accepted. */
  synchronized void accept() {
    accepted = begun.size();
  }

  /** How many messages were accepted: those with lower numbers. */
  synchronized int accepted() {
    return accepted;
  }

  /**
   * Allows the loss of what was in a queue that was deleted: of messages that were sent before now.
   * Those of the request that was on its way meanwhile may be stored in any order among themselves,
   * as the first of them may have found no queue, and the others the next one.
   *
   * @param acceptedBefore how many messages had been accepted before the deletion began
   */
  synchronized void losesUntilNow(int acceptedBefore) {
    unordered = acceptedBefore;
    losable = begun.size();
  }

  /**
   * Asserts that all accepted messages, and no others, are among the tenant's stored ones, each
   * once and in their order.
   *
   * @param stored all of the tenant's, by {@code seq}
   * @return how many of them are this sender's
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
