package dev.chatmultischema.database;

import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.database.PrimaryElection.Answer;
import dev.chatmultischema.database.PrimaryElection.Primary;
import dev.chatmultischema.database.PrimaryElection.ReadOnly;
import dev.chatmultischema.database.PrimaryElection.Silent;
import dev.chatmultischema.url.HostPort;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks several servers in turn whether they are the primary: each once a second, on a connection
 * and a thread of its own, so that a silent server does not delay the others.
 */
final class PrimaryWatch {

  private static final Logger LOG = LoggerFactory.getLogger(PrimaryWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** The time from the start in which all servers should answer before one is elected. */
  private static final Duration FIRST_ROUND = Duration.ofSeconds(2);

  private static final String QUESTION =
      """
      SELECT NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::boolean,
        (SELECT system_identifier::text FROM pg_control_system()),
        CASE WHEN NOT pg_is_in_recovery()
          THEN ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint
        END
      """;

  /** Opens a connection to one server. */
  interface Connector {
    Connection connect(HostPort host) throws SQLException;
  }

  private final Connector connector;
  private final PrimaryElection election;
  private final Consumer<HostPort> onChange;
  private final List<Probe> probes;
  private long startedAt;
  private HostPort primary;

  /**
   * @param onChange receives another primary than before; must not block
   */
  PrimaryWatch(
      String name, List<HostPort> hosts, Connector connector, Consumer<HostPort> onChange) {
    this.connector = connector;
    this.onChange = onChange;
    this.election = new PrimaryElection(hosts);
    this.probes = hosts.stream().map(host -> new Probe(name, host)).toList();
  }

  synchronized void start() {
    startedAt = System.nanoTime();
    probes.forEach(probe -> probe.thread.start());
  }

  /** Asks all servers again at once, as after a failure of the primary. */
  void askNow() {
    probes.forEach(probe -> probe.now.release());
  }

  /**
   * Returns the primary; waits in the first two seconds until all servers have been asked.
   *
   * @throws DatabaseUnavailable if there is none
   */
  synchronized HostPort primary() throws InterruptedException {
    long remaining;
    while (!election.isComplete()
        && (remaining = FIRST_ROUND.toNanos() - (System.nanoTime() - startedAt)) > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, remaining);
    }
    if (primary == null) {
      throw new DatabaseUnavailable("no primary: " + election);
    }
    return primary;
  }

  private synchronized void record(HostPort host, Answer answer) {
    var elected = election.record(host, answer);
    boolean isFirstRound =
        !election.isComplete() && System.nanoTime() - startedAt < FIRST_ROUND.toNanos();
    if (!isFirstRound) {
      elect(elected);
      notifyAll();
    }
  }

  private void elect(Optional<HostPort> elected) {
    if (elected.isEmpty()) {
      if (primary != null) {
        LOG.warn("PostgreSQL has no primary: {}", election);
      }
      primary = null;
    } else if (!elected.get().equals(primary)) {
      primary = elected.get();
      LOG.info("the primary of PostgreSQL is {}: {}", primary, election);
      onChange.accept(primary);
    }
  }

  /** Ends the threads; a question that is not answered yet ends with its timeout. */
  void stop() {
    probes.forEach(probe -> probe.thread.shutdownNow());
  }

  /** Asks one server. */
  private final class Probe {

    private final HostPort host;
    private final Semaphore now = new Semaphore(0);
    private final LongLivedThread thread;
    private Connection connection;

    Probe(String name, HostPort host) {
      this.host = host;
      this.thread = new LongLivedThread(name + "-primary-" + host, this::run);
    }

    private void run() throws InterruptedException {
      try {
        while (true) {
          record(host, ask());
          var unused = now.tryAcquire(INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
          now.drainPermits();
        }
      } finally {
        close();
      }
    }

    private Answer ask() {
      try {
        if (connection == null) {
          connection = connector.connect(host);
        }
        try (var statement = connection.createStatement();
            var row = statement.executeQuery(QUESTION)) {
          row.next();
          return row.getBoolean(1) ? new Primary(row.getString(2), row.getLong(3)) : new ReadOnly();
        }
      } catch (SQLException e) {
        close();
        return new Silent(e.getMessage());
      }
    }

    private void close() {
      if (connection != null) {
        try {
          connection.close();
        } catch (SQLException e) {
          LOG.debug("could not close a connection to {}", host, e);
        }
        connection = null;
      }
    }
  }
}
