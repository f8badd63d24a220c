package dev.chatmultischema.tenancy;

import dev.chatmultischema.message.Limit;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** A part of a list that is sorted by id, and where to go on: at its end too. */
record IdPage<T>(List<T> rows, IdCursor next, boolean hasMore) {

  /** Finds up to so many rows with an id above the given one, by id. */
  interface Query<T> {
    List<T> rows(UUID after, int max);
  }

  /**
   * Reads one row more than asked for, which tells whether there are more.
   *
   * @param cursor where to go on, or null to begin
   */
  static <T> IdPage<T> read(IdCursor cursor, Limit limit, Query<T> query, Function<T, UUID> id) {
    var from = cursor == null ? IdCursor.START : cursor;
    var rows = query.rows(from.id(), limit.value() + 1);
    var hasMore = rows.size() > limit.value();
    var page = hasMore ? rows.subList(0, limit.value()) : rows;
    var next = page.isEmpty() ? from : new IdCursor(id.apply(page.get(page.size() - 1)));
    return new IdPage<>(page, next, hasMore);
  }
}
