package dev.chatmultischema.message;

import dev.chatmultischema.tenant.TenantId;
import java.util.Locale;
import org.jdbi.v3.core.JdbiException;

/** A batch that was not stored, none of it. */
final class AppendFailed extends JdbiException {

  private static final long serialVersionUID = 1;

  AppendFailed(TenantId tenant, int messages, Throwable cause) {
    super(
        String.format(
            Locale.ROOT,
            "%d messages of tenant %s were not stored: %s",
            messages,
            tenant,
            cause.getMessage()),
        cause);
  }
}
