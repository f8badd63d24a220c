package dev.chatmultischema.message;

import dev.chatmultischema.tenant.TenantId;
import java.util.List;

/**
 * Broadcasts stored messages to the streams of all nodes. A broadcast may be lost: streams then
 * read the missing messages from the database.
 */
public interface MessageBroadcaster {

  /** Broadcasts messages with consecutive {@code seq}; returns at once and never fails. */
  void broadcast(TenantId tenant, List<Message> stored);
}
