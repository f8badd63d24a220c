package dev.chatmultischema.console;

import dev.chatmultischema.http.problem.RequestParameter;
import dev.chatmultischema.tenant.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;

/**
 * A request for a part of the list of tenants.
 *
 * @param text a part of the names or ids of the tenants, in lower case; empty for all
 * @param offset the number of tenants before the part
 */
record TenantQuery(String text, Sort sort, boolean descending, int offset, int limit) {

  /** The columns that the list can be sorted by. */
  enum Sort {
    NAME(Comparator.comparing(row -> row.tenantName().toLowerCase(Locale.ROOT)), false),
    CREATED(Comparator.comparing(TenantRow::createdAt), false),
    WORKERS(Comparator.comparing(TenantRow::workers), false),
    WANTED(Comparator.comparing(TenantRow::wanted), false),
    STATE(Comparator.comparing(TenantRow::state), true),
    IN_FLIGHT(Comparator.comparing(TenantRow::inFlight), true),
    QUEUE_DEPTH(Comparator.comparing(row -> orNone(row.queueDepth())), true),
    DEAD_LETTERS(Comparator.comparing(row -> orNone(row.deadLetters())), true),
    LAST_ERROR(Comparator.comparing(TenantRow::lastError), true);

    private final Comparator<TenantRow> order;
    private final boolean live;

    Sort(Comparator<TenantRow> order, boolean live) {
      this.order = order;
      this.live = live;
    }

    /** Returns whether the column is known to the nodes and the broker only. */
    boolean isLive() {
      return live;
    }

    private static long orNone(Long number) {
      return number == null ? -1 : number;
    }

    static Sort fromString(String text) {
      return Arrays.stream(values())
          .filter(sort -> sort.name().toLowerCase(Locale.ROOT).equals(text))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("must be a column of the list"));
    }
  }

  /**
   * Reads the parameters {@code q}, {@code sort}, {@code order}, {@code offset} and {@code limit}.
   *
   * @throws dev.chatmultischema.http.problem.ProblemException 400 if one of them is malformed
   */
  static TenantQuery of(HttpServletRequest request) {
    var text = request.getParameter("q");
    return new TenantQuery(
        text == null ? "" : text.strip().toLowerCase(Locale.ROOT),
        RequestParameter.read("sort", request.getParameter("sort"), Sort::fromString)
            .orElse(Sort.NAME),
        "desc".equals(request.getParameter("order")),
        (int) NumberParameter.read(request, "offset", 0, Integer.MAX_VALUE, 0),
        NumberParameter.limit(request));
  }

  boolean matches(Tenant tenant) {
    return tenant.tenantName().toLowerCase(Locale.ROOT).contains(text)
        || tenant.tenantId().toString().contains(text);
  }

  /** Returns the order of the list; tenants that are equal in the column are ordered by id. */
  Comparator<TenantRow> order() {
    return (descending ? sort.order.reversed() : sort.order).thenComparing(TenantRow::tenantId);
  }
}
