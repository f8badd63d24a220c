package dev.chatmultischema.message;

import dev.chatmultischema.tenant.TenantId;
import java.util.Locale;
import org.jdbi.v3.core.JdbiException;

/**
 * Reports that a batch was rolled back, or that its outcome is unknown, since the connection or the
 * wait for a synchronous standby ended. Repeating it stores each message once.
 */
final class AppendFailed extends JdbiException {

  private static final long serialVersionUID = 1;

  AppendFailed(TenantId tenant, int messages, Throwable cause) {
    super(
        String.format(
            Locale.ROOT,
            "could not store %d messages of tenant %s: %s",
            messages,
            tenant,
            cause.getMessage()),
        cause);
  }
}
