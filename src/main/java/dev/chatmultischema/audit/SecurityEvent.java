package dev.chatmultischema.audit;

import dev.chatmultischema.tenant.TenantId;
import java.util.UUID;

/**
 * A security event. None of its fields may hold a secret or an e-mail address.
 *
 * @param outcome a description for people, as in {@code role set to admin}
 * @param actor the user who caused it; null if not known
 * @param address the network address that it was caused from; null if not known
 * @param tenant the tenant that it concerns, or null
 * @param user the user that it concerns, or null
 */
public record SecurityEvent(
    EventType type, String outcome, UUID actor, String address, TenantId tenant, UUID user) {

  /** Returns an event from the address of the request that the current thread executes. */
  public static SecurityEvent of(EventType type, String outcome) {
    return new SecurityEvent(type, outcome, null, ClientAddress.current(), null, null);
  }

  public SecurityEvent by(UUID user) {
    return new SecurityEvent(type, outcome, user, address, tenant, this.user);
  }

  public SecurityEvent from(String client) {
    return new SecurityEvent(type, outcome, actor, client, tenant, user);
  }

  /** Returns the event as one that concerns a tenant, or none if it is null. */
  public SecurityEvent on(TenantId concerned) {
    return new SecurityEvent(type, outcome, actor, address, concerned, user);
  }

  /** Returns the event as one that concerns a user, or none if it is null. */
  public SecurityEvent on(UUID concerned) {
    return new SecurityEvent(type, outcome, actor, address, tenant, concerned);
  }
}
