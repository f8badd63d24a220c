package dev.chatmultischema.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.tenant.TenantContext;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Stores external members when they are first seen, before any message of theirs is published, and
 * again when their name has changed. Each node remembers whom it has stored.
 *
 * <p>A tenant's issuer can name any number of members, so those of a tenant are limited. New ones
 * that come at the same time are counted without waiting for each other, and may exceed the limit
 * by their number.
 */
public final class ExternalMembers {

  private static final int MAX_CACHED = 50_000;
  private static final Duration RETENTION = Duration.ofHours(1);

  /** Tokens of one member with different names in turn cause one update in this time. */
  private static final Duration MIN_UPDATE_INTERVAL = Duration.ofSeconds(10);

  /** The time for which a tenant without room for new members is not counted again. */
  private static final Duration FULL = Duration.ofSeconds(1);

  /** Renames a member if necessary, and returns whether it is stored. */
  private static final String RENAME =
      """
      WITH renamed AS (
        UPDATE external_members
        SET name = :name
        WHERE tenant_id = :tenant
          AND user_id = :id
          AND name IS DISTINCT FROM :name
          AND CAST(:name AS text) IS NOT NULL
      )
      SELECT EXISTS (
        SELECT FROM external_members WHERE tenant_id = :tenant AND user_id = :id)
      """;

  /** Inserts a member, whom another node may have inserted meanwhile, unless there are too many. */
  private static final String INSERT =
      """
      INSERT INTO external_members AS known (tenant_id, user_id, sub, name)
      SELECT :tenant, :id, :sub, CAST(:name AS text)
      WHERE (SELECT count(*) FROM external_members WHERE tenant_id = :tenant) < :max
      ON CONFLICT (tenant_id, user_id) DO UPDATE
      SET name = coalesce(EXCLUDED.name, known.name)
      """;

  private final Jdbi jdbi;
  private final MemberQuota quota;
  private final Cache<Id, Seen> seen =
      Caffeine.newBuilder().maximumSize(MAX_CACHED).expireAfterWrite(RETENTION).build();
  private final Cache<TenantId, Long> full =
      Caffeine.newBuilder().maximumSize(MAX_CACHED).expireAfterWrite(FULL).build();

  private record Id(TenantId tenant, UUID member) {}

  private record Seen(String name, long nanos) {}

  ExternalMembers(Jdbi jdbi, MemberQuota quota) {
    this.jdbi = jdbi;
    this.quota = quota;
  }

  /**
   * Stores a member, unless this node has done so. A token without a name leaves the name as it is.
   *
   * @throws RuntimeException of {@link MemberQuota#exceeded} if the member is new and the tenant
   *     has as many as allowed
   * @throws org.jdbi.v3.core.JdbiException if the member could not be stored
   */
  public void see(ExternalMember member) {
    var id = new Id(member.tenant(), member.userId());
    var known = seen.getIfPresent(id);
    var name = member.sender().name();
    long now = System.nanoTime();
    boolean isStored =
        known != null
            && (name == null
                || Objects.equals(known.name(), name)
                || now - known.nanos() < MIN_UPDATE_INTERVAL.toNanos());
    if (!isStored) {
      store(member);
      seen.put(id, new Seen(name, now));
    }
  }

  private void store(ExternalMember member) {
    long max = quota.max(member.tenant());
    boolean isStored =
        jdbi.inTransaction(
            handle -> {
              TenantContext.enter(handle, member.tenant());
              return rename(handle, member)
                  || (hasRoom(member, max) && insert(handle, member, max));
            });
    if (!isStored) {
      full.put(member.tenant(), max);
      throw quota.exceeded(max);
    }
  }

  /** Returns whether a count may find room, which is false for a second after one that did not. */
  private boolean hasRoom(ExternalMember member, long max) {
    var counted = full.getIfPresent(member.tenant());
    return counted == null || counted < max;
  }

  private static boolean rename(Handle handle, ExternalMember member) {
    return bind(handle.createQuery(RENAME), member).mapTo(boolean.class).one();
  }

  private static boolean insert(Handle handle, ExternalMember member, long max) {
    return bind(handle.createUpdate(INSERT), member)
            .bind("sub", member.sender().sub())
            .bind("max", max)
            .execute()
        > 0;
  }

  private static <T extends SqlStatement<T>> T bind(T statement, ExternalMember member) {
    return statement
        .bind("tenant", member.tenant().value())
        .bind("id", member.userId())
        .bind("name", member.sender().name());
  }
}
