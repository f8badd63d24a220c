package dev.chatmultischema.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Finds the losses, duplicates and disorder that faults may cause. */
class SenderAccountTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SenderAccount account = new SenderAccount("ann");
  private final List<JsonNode> sent = new ArrayList<>();

  @BeforeEach
  void send() {
    request(1);
    request(4);
  }

  private void request(int size) {
    account.begin(size).forEach(message -> sent.add(JSON.valueToTree(message)));
    account.accept();
  }

  private List<JsonNode> stored(Integer... numbers) {
    return Arrays.stream(numbers).map(sent::get).toList();
  }

  private void assertWrong(Integer... numbers) {
    assertThatThrownBy(() -> account.assertKept(stored(numbers)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void acceptsAllMessagesInOrder() {
    var stored = new ArrayList<>(stored(0, 1, 2, 3, 4));
    stored.add(2, JSON.valueToTree(Map.of("content", Map.of("sender", "bob", "n", 9))));
    assertThat(account.assertKept(stored)).isEqualTo(5);
  }

  @Test
  void findsLostMessages() {
    assertWrong(0, 1, 2, 3);
    assertWrong(0, 2, 3, 4);
  }

  @Test
  void findsDuplicatesAndDisorder() {
    assertWrong(0, 1, 2, 3, 4, 4);
    assertWrong(0, 1, 3, 2, 4);
    assertWrong(1, 0, 2, 3, 4);
  }

  @Test
  void findsMessagesThatWereNotAccepted() {
    account.begin(1).forEach(message -> sent.add(JSON.valueToTree(message)));
    assertWrong(0, 1, 2, 3, 4, 5);
  }

  @Test
  void allowsLossOnlyUntilAQueueWasDeleted() {
    account.allowLossUntilNow(1);
    request(2);
    assertThat(account.assertKept(stored(2, 1, 5, 6))).isEqualTo(4);
    assertWrong(2, 1, 6);
    assertWrong(1, 0, 5, 6);
    assertWrong(5, 1, 6);
  }
}
