package dev.chatmultischema.stream;

import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.User;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.sqlobject.config.RegisterArgumentFactory;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** What is asked again and again while streams are open, for many of them at once. */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(StreamDao.Head.class)
@RegisterConstructorMapper(User.class)
@RegisterConstructorMapper(Tenant.class)
interface StreamDao {

  /** The highest {@code seq} of a tenant. */
  record Head(TenantId tenantId, long headSeq) {}

  /** The heads of those tenants that there are. */
  @SqlQuery(
      """
      SELECT tenant_id, head_seq
      FROM tenant_heads
      WHERE tenant_id = ANY(CAST(:tenants AS uuid[]))
      """)
  List<Head> heads(String tenants);

  /** Those users that there are, disabled ones among them. */
  @SqlQuery("SELECT * FROM users WHERE user_id = ANY(CAST(:users AS uuid[]))")
  List<User> users(String users);

  /** Those tenants that are not deleted. */
  @SqlQuery(
      """
      SELECT *, FALSE AS deleted
      FROM tenants
      WHERE tenant_id = ANY(CAST(:tenants AS uuid[]))
        AND deleted_at IS NULL
      """)
  List<Tenant> tenants(String tenants);

  /** Writes ids as PostgreSQL writes an array. */
  static String array(Collection<UUID> ids) {
    return ids.stream().map(UUID::toString).collect(Collectors.joining(",", "{", "}"));
  }
}
