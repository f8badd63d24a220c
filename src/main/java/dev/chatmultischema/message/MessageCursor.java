package dev.chatmultischema.message;

import dev.chatmultischema.http.problem.RequestParameter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** A place between two messages, and the direction to go on in. */
public record MessageCursor(Order order, long seq) {

  private static final char ASCENDING = 'a';
  private static final char DESCENDING = 'd';
  private static final Pattern FORM = Pattern.compile("[ad][0-9]+");
  private static final String FOREIGN = "must come from next_cursor";

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
   * Reads a cursor of any list, also one beyond the head, however many digits its number has.
   *
   * @throws IllegalArgumentException if it is not of the form of {@link #toString}
   */
  public static MessageCursor fromString(String text) {
    try {
      var decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
      if (encode(decoded).equals(text) && FORM.matcher(decoded).matches()) {
        var order = decoded.charAt(0) == ASCENDING ? Order.ASC : Order.DESC;
        return new MessageCursor(order, RequestParameter.digits(decoded.substring(1)));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(FOREIGN, e);
    }
    throw new IllegalArgumentException(FOREIGN);
  }

  @Override
  public String toString() {
    return encode((order == Order.ASC ? ASCENDING : DESCENDING) + Long.toString(seq));
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
