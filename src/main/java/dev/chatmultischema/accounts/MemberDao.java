package dev.chatmultischema.accounts;

import dev.chatmultischema.tenant.TenantContext;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Reads those who may write in a tenant. */
public final class MemberDao {

  /** External members have no account, and write only while the tenant has an issuer. */
  private static final String PAGE =
      """
      SELECT user_id, name, email
      FROM (
        (SELECT user_id, name, email
        FROM users
        WHERE tenant_id = :tenant
          AND NOT disabled
          AND user_id > :after
        ORDER BY user_id
        LIMIT :limit)
        UNION
        SELECT u.user_id, u.name, u.email
        FROM tenants t
        JOIN users u ON u.user_id = t.user_id
        WHERE t.tenant_id = :tenant
          AND NOT u.disabled
          AND u.user_id > :after
        UNION ALL
        (SELECT user_id, name, NULL
        FROM external_members
        WHERE tenant_id = :tenant
          AND user_id > :after
          AND EXISTS (SELECT FROM tenant_identities WHERE tenant_id = :tenant)
        ORDER BY user_id
        LIMIT :limit)
      ) AS members
      ORDER BY user_id
      LIMIT :limit
      """;

  private final Jdbi jdbi;

  public MemberDao(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * A member.
   *
   * @param name null if the tokens of an external member have none
   * @param email null for an external member
   */
  public record Row(UUID userId, String name, String email) {}

  /** Returns up to {@code limit} members with an id above {@code after}, by id. */
  public List<Row> page(TenantId tenant, UUID after, int limit) {
    return jdbi.inTransaction(
        handle -> {
          TenantContext.enter(handle, tenant);
          return handle
              .createQuery(PAGE)
              .bind("tenant", tenant.value())
              .bind("after", after)
              .bind("limit", limit)
              .map(
                  (row, context) ->
                      new Row(row.getObject(1, UUID.class), row.getString(2), row.getString(3)))
              .list();
        });
  }
}
