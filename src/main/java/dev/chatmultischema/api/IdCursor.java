package dev.chatmultischema.api;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/** A position in a list that is sorted by id: behind the row with this id. */
public record IdCursor(UUID id) {

  static final IdCursor START = new IdCursor(new UUID(0, 0));

  private static final int BYTES = 16;
  private static final String INVALID = "must come from next_cursor";

  /**
   * Parses the form of {@link #toString}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static IdCursor fromString(String text) {
    try {
      var bytes = Base64.getUrlDecoder().decode(text);
      if (bytes.length == BYTES) {
        var buffer = ByteBuffer.wrap(bytes);
        var cursor = new IdCursor(new UUID(buffer.getLong(), buffer.getLong()));
        if (cursor.toString().equals(text)) {
          return cursor;
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(INVALID, e);
    }
    throw new IllegalArgumentException(INVALID);
  }

  @Override
  public String toString() {
    var buffer =
        ByteBuffer.allocate(BYTES)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
  }
}
