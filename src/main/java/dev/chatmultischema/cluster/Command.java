package dev.chatmultischema.cluster;

import dev.chatmultischema.tenant.TenantId;
import java.util.Set;

/**
 * An operator's command that every node executes and answers with a {@link Receipt}.
 *
 * @param revision identifies the command and grows from command to command
 * @param task the name of the admin task that issued it
 * @param tenants the tenants that it concerns; empty if it concerns all
 */
public record Command(long revision, String task, Set<TenantId> tenants) {

  /** The task whose receipts hold reports of the consumers and which changes nothing. */
  public static final String LIST_CONSUMERS = "list-consumers";

  /** Returns whether nodes report their consumers instead of following a change. */
  public boolean isListing() {
    return task.equals(LIST_CONSUMERS);
  }

  /** Returns whether the command concerns the tenant. */
  public boolean concerns(TenantId tenant) {
    return tenants.isEmpty() || tenants.contains(tenant);
  }
}
