package dev.chatmultischema.identity;

import dev.chatmultischema.tenant.TenantId;

/** The number of external members that a tenant may have. */
public interface MemberQuota {

  /** Returns the number for a tenant; does not block. */
  long max(TenantId tenant);

  /** Returns the exception for a member beyond the number, and counts the refusal. */
  RuntimeException exceeded(long max);
}
