package dev.chatmultischema.provisioning;

import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.identity.Identity;
import dev.chatmultischema.identity.IdentityDao;
import dev.chatmultischema.identity.IssuerDirectory;
import dev.chatmultischema.tenant.TenantId;
import java.util.Optional;

/**
 * Registers the issuers of tenants, for admins and the tenants' owners. A change takes effect on
 * this node at once, and on others within {@link IssuerDirectory#INTERVAL}.
 *
 * <p>All methods throw {@link TenantNotFound} or {@link dev.chatmultischema.auth.TenantForbidden}
 * as {@link TenantAccess#change} does.
 */
public final class TenantIdentities {

  private final TenantAccess access;
  private final IssuerDirectory issuers;
  private final SecurityEvents events;

  public TenantIdentities(TenantAccess access, IssuerDirectory issuers, SecurityEvents events) {
    this.access = access;
    this.issuers = issuers;
    this.events = events;
  }

  /**
   * An issuer to register.
   *
   * @param audience null if tokens may have any
   * @param jwksUrl null if the keys are registered
   * @param keys a JSON array of JSON Web Keys, which is empty if they are fetched
   */
  public record NewIdentity(String issuer, String audience, String jwksUrl, String keys) {}

  /** Returns the registration of a tenant; empty if it has none. */
  public Optional<Identity> find(Caller caller, TenantId tenant) {
    return access.change(caller, tenant, handle -> handle.attach(IdentityDao.class).find(tenant));
  }

  /** Registers an issuer in place of the one before, whose tokens become invalid. */
  public Identity put(Caller caller, TenantId tenant, NewIdentity identity) {
    var stored =
        access.change(
            caller,
            tenant,
            handle -> {
              var rows = handle.attach(IdentityDao.class);
              rows.put(
                  tenant,
                  identity.issuer(),
                  identity.audience(),
                  identity.jwksUrl(),
                  identity.keys());
              events.record(
                  handle,
                  SecurityEvent.of(EventType.IDENTITY_CHANGED, "issuer and keys registered")
                      .by(caller.userId())
                      .on(tenant));
              return rows.find(tenant).orElseThrow();
            });
    issuers.read();
    return stored;
  }

  /** Deletes the registration, whose tokens become invalid; returns false if there is none. */
  public boolean delete(Caller caller, TenantId tenant) {
    var deleted =
        access.change(
            caller,
            tenant,
            handle -> {
              var found = handle.attach(IdentityDao.class).delete(tenant) > 0;
              if (found) {
                events.record(
                    handle,
                    SecurityEvent.of(EventType.IDENTITY_DELETED, "deleted")
                        .by(caller.userId())
                        .on(tenant));
              }
              return found;
            });
    issuers.read();
    return deleted;
  }
}
