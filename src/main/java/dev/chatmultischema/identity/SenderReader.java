package dev.chatmultischema.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.tenant.TenantContext;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Reads the senders of stored messages, and caches them. A cached sender is at most {@link
 * #STALENESS} old, so a new name appears in lists within that time.
 */
public final class SenderReader {

  static final Duration STALENESS = Duration.ofSeconds(5);

  private static final int MAX_CACHED = 50_000;

  private static final String FIND =
      """
      SELECT user_id, sub, name
      FROM external_members
      WHERE tenant_id = :tenant
        AND user_id = ANY (:ids)
      """;

  private final Jdbi jdbi;
  private final Cache<Id, Optional<Sender>> cache =
      Caffeine.newBuilder().maximumSize(MAX_CACHED).expireAfterWrite(STALENESS).build();

  private record Id(TenantId tenant, UUID member) {}

  public SenderReader(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Returns the senders of a tenant by their ids, without those that are no external members.
   *
   * @param ids may contain ids of users, and null, for which no query is executed
   * @throws org.jdbi.v3.core.JdbiException if some are not cached and the query fails
   */
  public Map<UUID, Sender> find(TenantId tenant, Collection<UUID> ids) {
    var found = new HashMap<UUID, Sender>();
    var missing = new HashMap<UUID, Optional<Sender>>();
    for (var id : ids) {
      if (ExternalMember.isExternalId(id) && !found.containsKey(id)) {
        var cached = cache.getIfPresent(new Id(tenant, id));
        if (cached == null) {
          missing.put(id, Optional.empty());
        } else {
          cached.ifPresent(sender -> found.put(id, sender));
        }
      }
    }
    if (!missing.isEmpty()) {
      missing.putAll(read(tenant, missing.keySet()));
      missing.forEach(
          (id, sender) -> {
            cache.put(new Id(tenant, id), sender);
            sender.ifPresent(known -> found.put(id, known));
          });
    }
    return found;
  }

  private Map<UUID, Optional<Sender>> read(TenantId tenant, Collection<UUID> ids) {
    return jdbi.inTransaction(
        handle -> {
          TenantContext.enter(handle, tenant);
          var read = new HashMap<UUID, Optional<Sender>>();
          handle
              .createQuery(FIND)
              .bind("tenant", tenant.value())
              .bind("ids", ids.toArray(new UUID[0]))
              .map(
                  (row, context) ->
                      Map.entry(
                          row.getObject(1, UUID.class),
                          new Sender(row.getString(2), row.getString(3))))
              .forEach(entry -> read.put(entry.getKey(), Optional.of(entry.getValue())));
          return read;
        });
  }
}
