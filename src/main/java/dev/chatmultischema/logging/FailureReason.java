package dev.chatmultischema.logging;

import com.google.common.base.Throwables;
import java.sql.SQLException;

/** Finds the text that names the reason of a failure in one log line. */
public final class FailureReason {

  private FailureReason() {}

  /**
   * Returns the most specific message of a failure: that of the first {@link SQLException} among
   * its causes, or else of the root cause; the text of the exception if it has no message.
   */
  public static String of(Throwable failure) {
    var cause =
        Throwables.getCausalChain(failure).stream()
            .filter(SQLException.class::isInstance)
            .findFirst()
            .orElseGet(() -> Throwables.getRootCause(failure));
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
