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
 * Reads what is wanted: what has changed since the last time, and now and then everything, to
 * notice a tenant whose deletion was over before it was read.
 *
 * <p>Not for use by several threads at once.
 */
public final class DesiredStateReader {

  private static final Logger LOG = LoggerFactory.getLogger(DesiredStateReader.class);
  private static final Duration FULL_PERIOD = Duration.ofSeconds(30);

  private final TenantDao tenants;
  private final CommandLog commands;

  private long tenantEpoch = -1;
  private long commandEpoch = -1;
  private long nextFull = System.nanoTime();
  private final OutageLog outage =
      new OutageLog(
          LOG,
          "could not read the desired state of consumers",
          "consumers go on as they are, retrying",
          "reading the desired state of consumers again");

  public DesiredStateReader(TenantDao tenants, CommandLog commands) {
    this.tenants = tenants;
    this.commands = commands;
  }

  /**
   * What was read.
   *
   * @param commands new ones; what they have changed is among the tenants, or was before
   * @param all whether these are all tenants, deleted ones among them
   */
  record Wanted(List<Command> commands, List<Tenant> tenants, boolean all) {}

  /** Empty if the database does not answer. */
  Optional<Wanted> read() {
    boolean all = System.nanoTime() - nextFull >= 0;
    try {
      // CommandLog first: what one has changed can then not be missing among the tenants.
      var issued = commands.after(commandEpoch);
      var changed = tenants.changedAfter(all ? -1 : tenantEpoch);
      if (all) {
        nextFull = System.nanoTime() + FULL_PERIOD.toNanos();
      }
      if (!issued.isEmpty()) {
        commandEpoch = issued.get(issued.size() - 1).epoch();
      }
      if (!changed.isEmpty()) {
        tenantEpoch = Math.max(tenantEpoch, changed.get(changed.size() - 1).epoch());
      }
      outage.up();
      return Optional.of(new Wanted(issued, changed, all));
    } catch (JdbiException e) {
      outage.down(e);
      return Optional.empty();
    }
  }
}
