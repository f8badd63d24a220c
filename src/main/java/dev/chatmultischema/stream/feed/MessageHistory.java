package dev.chatmultischema.stream.feed;

import dev.chatmultischema.message.Message;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;

/** Reads stored messages in order of {@code seq}. */
public interface MessageHistory {

  /**
   * Returns the first messages above a {@code seq}: at most {@code limit}, fewer if they are large.
   *
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  List<Message> after(TenantId tenant, long seq, int limit);
}
