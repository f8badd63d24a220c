package dev.chatmultischema.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.tenant.TenantContext;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Stores external members when they are first seen, before any message of theirs is published, and
 * again when their name has changed. Each node remembers whom it has stored.
 */
public final class ExternalMembers {

  private static final int MAX_CACHED = 50_000;
  private static final Duration RETENTION = Duration.ofHours(1);

  /** Tokens of one member with different names in turn cause one update in this time. */
  private static final Duration MIN_UPDATE_INTERVAL = Duration.ofSeconds(10);

  private static final String STORE =
      """
      INSERT INTO external_members AS known (tenant_id, user_id, sub, name)
      VALUES (:tenant, :id, :sub, :name)
      ON CONFLICT (tenant_id, user_id) DO UPDATE
      SET name = :name
      WHERE known.name IS DISTINCT FROM :name
        AND CAST(:name AS text) IS NOT NULL
      """;

  private final Jdbi jdbi;
  private final Cache<Id, Seen> seen =
      Caffeine.newBuilder().maximumSize(MAX_CACHED).expireAfterWrite(RETENTION).build();

  private record Id(TenantId tenant, UUID member) {}

  private record Seen(String name, long nanos) {}

  ExternalMembers(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Stores a member, unless this node has done so. A token without a name leaves the name as it is.
   *
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
    jdbi.useTransaction(
        handle -> {
          TenantContext.enter(handle, member.tenant());
          handle
              .createUpdate(STORE)
              .bind("tenant", member.tenant().value())
              .bind("id", member.userId())
              .bind("sub", member.sender().sub())
              .bind("name", member.sender().name())
              .execute();
        });
  }
}
