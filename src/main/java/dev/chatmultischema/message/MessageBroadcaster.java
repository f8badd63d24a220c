package dev.chatmultischema.message;

import dev.chatmultischema.tenant.TenantId;
import java.util.List;

/**
 * Tells every node of messages just stored, so that streams go on at once; it may lose some, and
 * streams do not.
 */
public interface MessageBroadcaster {

  /** Sends messages with consecutive {@code seq}; returns at once and never fails. */
  void broadcast(TenantId tenant, List<Message> stored);
}
