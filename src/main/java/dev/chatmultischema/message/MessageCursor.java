package dev.chatmultischema.message;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A place between two messages, and the direction to go on in. */
public record MessageCursor(Order order, long seq) {

  /** The order of a list. */
  public enum Order {
    ASC,
    DESC;

    /**
     * @throws IllegalArgumentException if it is neither {@code asc} nor {@code desc}
     */
    public static Order fromString(String text) {
      return switch (text) {
        case "asc" -> ASC;
        case "desc" -> DESC;
        default -> throw new IllegalArgumentException("must be asc or desc");
      };
    }
  }

  /** Before the first message, or after the last. */
  public static MessageCursor start(Order order) {
    return new MessageCursor(order, order == Order.ASC ? 0 : Long.MAX_VALUE);
  }

  /**
   * Behind the last message of a page, or here if the page has none: good to go on from in either
   * case.
   */
  MessageCursor after(List<Message> page) {
    return page.isEmpty() ? this : new MessageCursor(order, page.get(page.size() - 1).seq());
  }

  /**
   * @throws IllegalArgumentException if no list ever gave this cursor
   */
  public static MessageCursor fromString(String text) {
    try {
      var decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
      var order = decoded.startsWith("a") ? Order.ASC : Order.DESC;
      var cursor = new MessageCursor(order, Long.parseLong(decoded.substring(1)));
      if (cursor.seq < 0 || !cursor.toString().equals(text)) {
        throw new IllegalArgumentException("must come from next_cursor");
      }
      return cursor;
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("must come from next_cursor", e);
    }
  }

  @Override
  public String toString() {
    var text = (order == Order.ASC ? "a" : "d") + seq;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
