package dev.chatmultischema.api;

import dev.chatmultischema.http.problem.RequestParameter;
import dev.chatmultischema.message.Limit;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** A page of a list that is sorted by id; its cursor continues behind it, also at the end. */
record IdPage<T>(List<T> rows, IdCursor next, boolean hasMore) {

  /** Returns up to {@code max} rows with an id above {@code after}, by id. */
  interface Query<T> {
    List<T> rows(UUID after, int max);
  }

  /**
   * Reads a page, and one row more to determine whether the list has more.
   *
   * @param cursor null or blank for the first page
   * @param limit null or blank for {@link Limit#DEFAULT}
   * @throws dev.chatmultischema.http.problem.ProblemException 400 if one of them is malformed
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
