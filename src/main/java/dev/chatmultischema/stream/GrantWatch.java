package dev.chatmultischema.stream;

import com.google.common.collect.Iterables;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.identity.IssuerDirectory;
import dev.chatmultischema.stream.access.StreamGrant;
import dev.chatmultischema.stream.delivery.CloseReason;
import dev.chatmultischema.stream.delivery.Subscriber;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.User;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the streams of users who were deleted or disabled, whose tokens were ended, or who may no
 * longer use the tenant, and of external members whose issuer or key is no longer registered. While
 * the database is unavailable it closes none.
 */
final class GrantWatch {

  private static final Logger LOG = LoggerFactory.getLogger(GrantWatch.class);
  private static final int MAX_IDS = 5_000;

  private final GrantDao dao;
  private final IssuerDirectory issuers;
  private final Collection<Subscriber> open;

  GrantWatch(GrantDao dao, IssuerDirectory issuers, Collection<Subscriber> open) {
    this.dao = dao;
    this.issuers = issuers;
    this.open = open;
  }

  /** Checks all open streams; each user and tenant is read once, however many streams it has. */
  void check() {
    try {
      for (var subscribers : Iterables.partition(open, MAX_IDS)) {
        check(subscribers);
      }
    } catch (JdbiException e) {
      LOG.debug("could not check grants of streams: {}; retrying in 3 s", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("could not check grants of {} streams; retrying in 3 s", open.size(), e);
    }
  }

  private void check(List<Subscriber> subscribers) {
    var users = users(subscribers);
    var tenants = tenants(subscribers);
    for (var subscriber : subscribers) {
      var grant = subscriber.grant();
      var tenant = tenants.get(grant.tenant());
      boolean isValid =
          grant
              .proof()
              .map(proof -> tenant != null && issuers.isInForce(grant.tenant(), proof))
              .orElseGet(() -> isValid(grant, users.get(grant.user()), tenant));
      if (!isValid) {
        subscriber.closeLater(CloseReason.ACCESS_WITHDRAWN);
      }
    }
  }

  /**
   * Returns whether the grant of a user still holds.
   *
   * @param user null if the user does not exist
   * @param tenant null if the tenant does not exist or is deleted
   */
  static boolean isValid(StreamGrant grant, User user, Tenant tenant) {
    return user != null
        && !user.disabled()
        && user.tokenVersion() == grant.tokenVersion()
        && tenant != null
        && new Caller(user, grant.expiresAt()).mayUse(tenant);
  }

  private Map<UUID, User> users(List<Subscriber> subscribers) {
    var found = new HashMap<UUID, User>();
    var ids = subscribers.stream().map(subscriber -> subscriber.grant().user()).distinct().toList();
    dao.users(ids).forEach(user -> found.put(user.userId(), user));
    return found;
  }

  private Map<TenantId, Tenant> tenants(List<Subscriber> subscribers) {
    var found = new HashMap<TenantId, Tenant>();
    var ids =
        subscribers.stream()
            .map(subscriber -> subscriber.grant().tenant().value())
            .distinct()
            .toList();
    dao.tenants(ids).forEach(tenant -> found.put(tenant.tenantId(), tenant));
    return found;
  }
}
