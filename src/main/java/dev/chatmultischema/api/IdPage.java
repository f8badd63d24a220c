package dev.chatmultischema.api;

import dev.chatmultischema.http.problem.RequestParameter;
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
   * @param cursor where to go on, blank or null to begin
   * @param limit how many rows, blank or null for {@link Limit#DEFAULT}
   */
  static <T> IdPage<T> read(String cursor, String limit, Query<T> query, Function<T, UUID> id) {
    var from = RequestParameter.read("cursor", cursor, IdCursor::fromString).orElse(IdCursor.START);
    int max =
        RequestParameter.read("limit", limit, Limit::fromString).orElse(Limit.DEFAULT).value();
    var rows = query.rows(from.id(), max + 1);
    var hasMore = rows.size() > max;
    var page = hasMore ? rows.subList(0, max) : rows;
    var next = page.isEmpty() ? from : new IdCursor(id.apply(page.get(page.size() - 1)));
    return new IdPage<>(page, next, hasMore);
  }
}
