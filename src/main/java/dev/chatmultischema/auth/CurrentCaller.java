package dev.chatmultischema.auth;

import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.User;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * Reads a caller again in the transaction that changes users or tenants: a {@link Caller} may be
 * some seconds old, and its user may have been demoted, disabled or deleted since, or have logged
 * out.
 */
public final class CurrentCaller {

  private CurrentCaller() {}

  /** Locks the row, so that it does not change until the transaction ends. */
  @RegisterColumnMapper(TenantId.FromColumn.class)
  @RegisterConstructorMapper(User.class)
  interface Dao {
    @SqlQuery(
        """
        SELECT *
        FROM users
        WHERE user_id = :user
          AND NOT disabled
          AND token_version = :version
        FOR SHARE
        """)
    Optional<User> share(UUID user, int version);
  }

  /**
   * Returns the caller as stored now.
   *
   * @throws Unauthenticated if the caller is disabled or deleted, or its tokens were ended, or if
   *     it is an external member, who may change neither users nor tenants
   */
  public static Caller read(Handle handle, Caller caller) {
    if (caller.isExternal()) {
      throw new Unauthenticated();
    }
    return handle
        .attach(Dao.class)
        .share(caller.userId(), caller.user().tokenVersion())
        .map(user -> new Caller(user, caller.expiresAt()))
        .orElseThrow(Unauthenticated::new);
  }
}
