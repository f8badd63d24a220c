package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.cluster.Command;
import dev.chatmultischema.cluster.CommandLog;
import dev.chatmultischema.logging.OutageLog;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantDao;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the changes of the desired state since the last read, and every 30 s all of it, since the
 * row of a deleted tenant may be gone before its change was read.
 *
 * <p>Not thread-safe.
 */
public final class DesiredStateReader {

  private static final Logger LOG = LoggerFactory.getLogger(DesiredStateReader.class);
  private static final Duration COMPLETE_READ_INTERVAL = Duration.ofSeconds(30);

  private final TenantDao tenants;
  private final CommandLog commands;
  private final OutageLog outage =
      new OutageLog(
          LOG,
          "could not read the desired state of consumers",
          "consumers go on as they are, retrying",
          "reading the desired state of consumers again");

  private long tenantRevision = -1;
  private long commandRevision = -1;
  private long nextCompleteRead = System.nanoTime();

  public DesiredStateReader(TenantDao tenants, CommandLog commands) {
    this.tenants = tenants;
    this.commands = commands;
  }

  /**
   * The result of a read.
   *
   * @param commands the new commands; the tenants that one has changed are in this result or in an
   *     earlier one
   * @param tenants the changed tenants, or all
   * @param isComplete whether these are all tenants, those marked as deleted among them
   */
  record Changes(List<Command> commands, List<Tenant> tenants, boolean isComplete) {}

  /** Returns the changes; empty if the database is unavailable. */
  Optional<Changes> read() {
    boolean isComplete = System.nanoTime() - nextCompleteRead >= 0;
    try {
      // Commands first, so that the change of a command is not missing among the tenants.
      var newCommands = commands.after(commandRevision);
      var changed = tenants.changedAfter(isComplete ? -1 : tenantRevision);
      if (isComplete) {
        nextCompleteRead = System.nanoTime() + COMPLETE_READ_INTERVAL.toNanos();
      }
      if (!newCommands.isEmpty()) {
        commandRevision = newCommands.get(newCommands.size() - 1).revision();
      }
      if (!changed.isEmpty()) {
        tenantRevision = Math.max(tenantRevision, changed.get(changed.size() - 1).revision());
      }
      outage.up();
      return Optional.of(new Changes(newCommands, changed, isComplete));
    } catch (JdbiException e) {
      outage.down(e);
      return Optional.empty();
    }
  }
}
