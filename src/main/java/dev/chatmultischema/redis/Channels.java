package dev.chatmultischema.redis;

import dev.chatmultischema.tenant.TenantId;

/** The names of all Pub/Sub channels. */
public final class Channels {

  private Channels() {}

  /**
   * Where a tenant's stored messages are told: a line with the first {@code seq} in ASCII, then a
   * line for each message, the JSON object that lists show.
   */
  public static String tenant(TenantId tenant) {
    return "chat:tenant:" + tenant;
  }

  static String wakeup(String topic) {
    return "chat:wakeup:" + topic;
  }
}
