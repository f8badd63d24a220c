package dev.chatmultischema.stream;

import dev.chatmultischema.message.Message;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;

/** Where everything stored can be read, in order. */
interface History {

  /**
   * The first messages above a {@code seq}: at most {@code limit}, and fewer where they are large.
   *
   * @throws org.jdbi.v3.core.JdbiException if the database does not answer
   */
  List<Message> after(TenantId tenant, long seq, int limit);
}
