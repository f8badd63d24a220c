package dev.chatmultischema.redis;

import dev.chatmultischema.tenant.TenantId;

/** Names the Pub/Sub channels of Redis. */
public final class PubSubChannels {

  private PubSubChannels() {}

  /**
   * Returns the channel of a tenant's stored messages. A payload is a line with the {@link
   * BroadcastSignature}, a line with the first {@code seq} in ASCII, then a line for each message
   * with the JSON object of message lists.
   */
  public static String tenant(TenantId tenant) {
    return "chat:tenant:" + tenant;
  }

  static String wakeup(String topic) {
    return "chat:wakeup:" + topic;
  }
}
