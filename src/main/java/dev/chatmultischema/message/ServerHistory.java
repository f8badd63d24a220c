package dev.chatmultischema.message;

import com.google.common.base.Splitter;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One history of PostgreSQL: a run of a server on a timeline of a database cluster, with one table
 * of heads. A connection is always to the same one, so it is read once and kept in the setting
 * {@code chat.server}.
 *
 * @param cluster the system identifier of the cluster, or {@code unknown}
 * @param timeline the timeline, which a promotion or a recovery to a point in time changes, or
 *     {@code unknown}
 * @param run when the server was started, and the OIDs of the database and the table, which a
 *     restored dump changes
 */
record ServerHistory(String cluster, String timeline, String run) {

  private static final Logger LOG = LoggerFactory.getLogger(ServerHistory.class);

  private static final String UNKNOWN = "unknown";

  private static final String OF_SESSION =
      "SELECT coalesce(current_setting('chat.server', TRUE), '')";

  private static final String IDENTIFY =
      """
      SELECT set_config('chat.server', <history> || '.'
        || (extract(EPOCH FROM pg_postmaster_start_time()) * 1000000)::bigint
        || '-' || (SELECT oid FROM pg_database WHERE datname = current_database())
        || '-' || 'tenant_heads'::regclass::oid, FALSE)
      """;

  private static final String CLUSTER_AND_TIMELINE =
      """
      (SELECT system_identifier FROM pg_control_system()) || '.'
        || left(pg_walfile_name(pg_current_wal_lsn()), 8)
      """;

  static ServerHistory parse(String text) {
    List<String> parts = Splitter.on('.').splitToList(text);
    return parts.size() == 3
        ? new ServerHistory(parts.get(0), parts.get(1), parts.get(2))
        : new ServerHistory(UNKNOWN, UNKNOWN, text);
  }

  /** Returns that of a connection outside a transaction, and keeps it in the session. */
  static ServerHistory of(Handle handle) {
    var known = handle.createQuery(OF_SESSION).mapTo(String.class).one();
    return parse(known.isEmpty() ? identify(handle) : known);
  }

  private static String identify(Handle handle) {
    try {
      return identify(handle, CLUSTER_AND_TIMELINE);
    } catch (JdbiException e) {
      // Managed services may refuse these functions. A lost connection fails again below.
      LOG.debug("PostgreSQL does not tell its system identifier and timeline", e);
      return identify(handle, "'" + UNKNOWN + "." + UNKNOWN + "'");
    }
  }

  private static String identify(Handle handle, String history) {
    return handle.createQuery(IDENTIFY.replace("<history>", history)).mapTo(String.class).one();
  }

  boolean isOtherCluster(ServerHistory before) {
    return differ(cluster, before.cluster);
  }

  boolean isOtherTimeline(ServerHistory before) {
    return isOtherCluster(before) || differ(timeline, before.timeline);
  }

  private static boolean differ(String one, String other) {
    return !one.equals(other) && !one.equals(UNKNOWN) && !other.equals(UNKNOWN);
  }

  /** Returns the form of the setting and of the column {@code tenant_heads.server}. */
  @Override
  public String toString() {
    return String.join(".", cluster, timeline, run);
  }

  static Optional<ServerHistory> ofColumn(String text) {
    return Optional.ofNullable(text).map(ServerHistory::parse);
  }
}
