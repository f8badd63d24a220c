package dev.chatmultischema.stream;

import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.User;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Reads the users and tenants of open streams, many in one query. */
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(User.class)
@RegisterConstructorMapper(Tenant.class)
interface GrantDao {

  /** Returns the users that exist, disabled ones included. */
  @SqlQuery("SELECT * FROM users WHERE user_id = ANY(:users)")
  List<User> users(List<UUID> users);

  /** Returns the tenants that are not deleted. */
  @SqlQuery(
      """
      SELECT *, FALSE AS deleted
      FROM tenants
      WHERE tenant_id = ANY(:tenants)
        AND deleted_at IS NULL
      """)
  List<Tenant> tenants(List<UUID> tenants);
}
