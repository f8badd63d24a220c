package dev.chatmultischema.stream;

import com.google.common.collect.Iterables;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.User;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the streams of those who may not read any more; while the database does not answer, it ends
 * none.
 */
final class AccessWatch {

  private static final Logger LOG = LoggerFactory.getLogger(AccessWatch.class);
  private static final int MAX_IDS = 5_000;

  private final StreamDao dao;
  private final Collection<Subscriber> open;

  AccessWatch(StreamDao dao, Collection<Subscriber> open) {
    this.dao = dao;
    this.open = open;
  }

  /** Looks each user and tenant up once, however many streams they have. */
  void check() {
    try {
      for (var subscribers : Iterables.partition(open, MAX_IDS)) {
        check(subscribers);
      }
    } catch (JdbiException e) {
      LOG.debug("streams not checked: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("checking {} streams failed", open.size(), e);
    }
  }

  private void check(List<Subscriber> subscribers) {
    var users = users(subscribers.stream().map(s -> s.access().user()).collect(Collectors.toSet()));
    var tenants =
        tenants(subscribers.stream().map(s -> s.access().tenant()).collect(Collectors.toSet()));
    for (var subscriber : subscribers) {
      var access = subscriber.access();
      if (!allowed(access, users.get(access.user()), tenants.get(access.tenant()))) {
        subscriber.endLater(Ending.FORBIDDEN);
      }
    }
  }

  private static boolean allowed(Access access, User user, Tenant tenant) {
    return user != null
        && !user.disabled()
        && tenant != null
        && new Caller(user, access.expiresAt()).mayUse(tenant);
  }

  private Map<UUID, User> users(Collection<UUID> ids) {
    var found = new HashMap<UUID, User>();
    dao.users(StreamDao.array(ids)).forEach(user -> found.put(user.userId(), user));
    return found;
  }

  private Map<TenantId, Tenant> tenants(Collection<TenantId> ids) {
    var found = new HashMap<TenantId, Tenant>();
    dao.tenants(StreamDao.array(ids.stream().map(TenantId::value).toList()))
        .forEach(tenant -> found.put(tenant.tenantId(), tenant));
    return found;
  }
}
