package dev.chatmultischema.message;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A position between two messages, with the order in which a list continues from there.
 *
 * @param epoch the epoch of the position, 1 for cursors without one
 * @param seq the {@code seq} of the last message before the position, in that order
 */
public record MessageCursor(Order order, int epoch, long seq) {

  private static final char ASCENDING = 'a';
  private static final char DESCENDING = 'd';
  private static final Pattern FORM = Pattern.compile("[ad][0-9.]+");
  private static final String INVALID = "must come from next_cursor";

  /** The order of a list. */
  public enum Order {
    ASC,
    DESC;

    /**
     * Parses the value of the {@code order} parameter.
     *
     * @throws IllegalArgumentException if the text is neither {@code asc} nor {@code desc}
     */
    public static Order fromString(String text) {
      return switch (text) {
        case "asc" -> ASC;
        case "desc" -> DESC;
        default -> throw new IllegalArgumentException("must be asc or desc");
      };
    }
  }

  /** Returns the position before the first message, or behind the last if descending. */
  public static MessageCursor start(Order order) {
    return new MessageCursor(order, Position.FIRST_EPOCH, order == Order.ASC ? 0 : Long.MAX_VALUE);
  }

  /**
   * Returns the position behind the last message of a page, or this one if the page is empty, so
   * that a client at the end of the list can poll.
   */
  public MessageCursor after(List<Message> page) {
    if (page.isEmpty()) {
      return this;
    }
    var last = page.get(page.size() - 1);
    return new MessageCursor(order, last.epoch(), last.seq());
  }

  /**
   * Returns whether the list can go on in an epoch. A list that has not begun can in every epoch.
   */
  public boolean isValidIn(int current) {
    return epoch == current || seq == start(order).seq;
  }

  /**
   * Parses a cursor, which may lie beyond the head and beyond the range of {@code long}.
   *
   * @throws IllegalArgumentException if the text does not have the form of {@link #toString}
   */
  public static MessageCursor fromString(String text) {
    try {
      var decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
      if (encode(decoded).equals(text) && FORM.matcher(decoded).matches()) {
        var order = decoded.charAt(0) == ASCENDING ? Order.ASC : Order.DESC;
        var position = Position.fromString(decoded.substring(1));
        return new MessageCursor(order, position.epoch(), position.seq());
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(INVALID, e);
    }
    throw new IllegalArgumentException(INVALID);
  }

  /** Returns the opaque form of the cursor: base64url of the order's letter and the position. */
  @Override
  public String toString() {
    return encode(
        (order == Order.ASC ? ASCENDING : DESCENDING) + new Position(epoch, seq).toString());
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
