package dev.chatmultischema.message;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.chatmultischema.message.MessageCursor.Order;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCursorTest {

  private static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(US_ASCII));
  }

  private static Message message(long seq) {
    return new Message(UUID.randomUUID(), seq, null, new Content("{}"), Instant.EPOCH);
  }

  @ParameterizedTest
  @CsvSource({"ASC, 0", "ASC, 1", "DESC, 42", "DESC, 9223372036854775807"})
  void parsesItsOwnForm(Order order, long seq) {
    var cursor = new MessageCursor(order, 1, seq);
    assertThat(MessageCursor.fromString(cursor.toString())).isEqualTo(cursor);
  }

  @Test
  void hasTheEpochAfterTheFirstOne() {
    var cursor = new MessageCursor(Order.DESC, 3, 17);
    assertThat(cursor).hasToString(encoded("d3.17"));
    assertThat(MessageCursor.fromString(cursor.toString())).isEqualTo(cursor);
    assertThat(cursor.isValidIn(3)).isTrue();
    assertThat(cursor.isValidIn(4)).isFalse();
    assertThat(MessageCursor.start(Order.DESC).isValidIn(4)).isTrue();
  }

  @Test
  void keepsItsEncodedForm() {
    assertThat(new MessageCursor(Order.ASC, 1, 17)).hasToString(encoded("a17"));
    assertThat(new MessageCursor(Order.DESC, 1, 17)).hasToString(encoded("d17"));
  }

  @Test
  void startsBeforeTheFirstOrBehindTheLastMessage() {
    assertThat(MessageCursor.start(Order.ASC)).isEqualTo(new MessageCursor(Order.ASC, 1, 0));
    assertThat(MessageCursor.start(Order.DESC))
        .isEqualTo(new MessageCursor(Order.DESC, 1, Long.MAX_VALUE));
  }

  @Test
  void continuesBehindTheLastMessageOfAPage() {
    var cursor = new MessageCursor(Order.ASC, 1, 3);
    assertThat(cursor.after(List.of(message(4), message(5))))
        .isEqualTo(new MessageCursor(Order.ASC, 1, 5));
    assertThat(new MessageCursor(Order.DESC, 1, 3).after(List.of(message(2), message(1))))
        .isEqualTo(new MessageCursor(Order.DESC, 1, 1));
  }

  @Test
  void staysInPlaceAtTheEndOfTheList() {
    var cursor = new MessageCursor(Order.ASC, 1, 3);
    assertThat(cursor.after(List.of())).isEqualTo(cursor);
  }

  @Test
  void readsNumbersBeyondLongAsTheHighest() {
    assertThat(MessageCursor.fromString(encoded("a" + "9".repeat(40))))
        .isEqualTo(new MessageCursor(Order.ASC, 1, Long.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "a", "17", "b17", "a-1", "a1 ", "a1.0", "a0.1", "a02.1", "a.1", "a2.", "a2.3.4", "A17",
        "a17a"
      })
  void refusesOtherForms(String decoded) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MessageCursor.fromString(encoded(decoded)))
        .withMessage("must come from next_cursor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"YTE3=", "YTE3\n", "!", "YTE3Y", "a17", "\u0661"})
  void refusesOtherEncodings(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MessageCursor.fromString(text))
        .withMessage("must come from next_cursor");
  }

  @Test
  void parsesOrders() {
    assertThat(Order.fromString("asc")).isEqualTo(Order.ASC);
    assertThat(Order.fromString("desc")).isEqualTo(Order.DESC);
    assertThatIllegalArgumentException().isThrownBy(() -> Order.fromString("ASC"));
  }
}
