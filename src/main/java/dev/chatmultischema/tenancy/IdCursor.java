package dev.chatmultischema.tenancy;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/** A place in a list that is sorted by id: behind the row with this one. */
public record IdCursor(UUID id) {

  static final IdCursor START = new IdCursor(new UUID(0, 0));

  private static final int BYTES = 16;

  /**
   * @throws IllegalArgumentException if no list ever gave this cursor
   */
  public static IdCursor fromString(String text) {
    var bytes = Base64.getUrlDecoder().decode(text);
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("must come from next_cursor");
    }
    var buffer = ByteBuffer.wrap(bytes);
    var cursor = new IdCursor(new UUID(buffer.getLong(), buffer.getLong()));
    if (!cursor.toString().equals(text)) {
      throw new IllegalArgumentException("must come from next_cursor");
    }
    return cursor;
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
