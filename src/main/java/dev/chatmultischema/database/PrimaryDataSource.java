package dev.chatmultischema.database;

import com.google.common.collect.MapMaker;
import dev.chatmultischema.concurrency.DaemonThreads;
import dev.chatmultischema.url.HostPort;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.util.PSQLState;
import org.slf4j.LoggerFactory;

/**
 * Connects to the primary of several servers. When another server becomes the primary, all open
 * connections to the former one are aborted, so that no statement waits for a server that is lost,
 * and none is executed by one that is no primary any more.
 */
final class PrimaryDataSource implements DataSource, AutoCloseable {

  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(PrimaryDataSource.class);

  /** Of connecting and of each answer, in seconds: those of questions to a lost server end soon. */
  private static final String QUESTION_TIMEOUT = "2";

  private static final int ABORTING_THREADS = 2;

  private final PostgresHosts hosts;
  private final Properties properties;
  private final Driver driver = new Driver();
  private final Map<Connection, HostPort> open = new MapMaker().weakKeys().makeMap();
  private final ExecutorService aborting;
  private final PrimaryWatch watch;
  private boolean isStarted;

  /**
   * @param name of the pool, for the names of threads
   * @param properties of the driver, with user and password
   */
  PrimaryDataSource(String name, PostgresHosts hosts, Properties properties) {
    this.hosts = hosts;
    this.properties = properties;
    this.aborting = DaemonThreads.pool(name + "-abort-%d", ABORTING_THREADS, Integer.MAX_VALUE);
    this.watch = new PrimaryWatch(name, hosts.addresses(), this::connectToAsk, this::abortOthers);
  }

  private Connection connectToAsk(HostPort host) throws SQLException {
    var brief = new Properties();
    brief.putAll(properties);
    PGProperty.CONNECT_TIMEOUT.set(brief, QUESTION_TIMEOUT);
    PGProperty.SOCKET_TIMEOUT.set(brief, QUESTION_TIMEOUT);
    PGProperty.TARGET_SERVER_TYPE.set(brief, "any");
    return driver.connect(hosts.url(host), brief);
  }

  private void abortOthers(HostPort primary) {
    open.forEach(
        (connection, host) -> {
          if (!host.equals(primary)) {
            abort(connection, host);
          }
        });
  }

  private void abort(Connection connection, HostPort host) {
    try {
      connection.abort(aborting);
    } catch (SQLException e) {
      LOG.debug("could not abort a connection to {}", host, e);
    }
  }

  /**
   * Connects to the primary.
   *
   * @throws SQLException if there is none, or it cannot be reached
   */
  @Override
  public Connection getConnection() throws SQLException {
    start();
    var host = primary();
    try {
      var connection = driver.connect(hosts.url(host), properties);
      open.put(connection, host);
      if (!host.equals(primary())) {
        // It may have been opened after the others were aborted.
        abort(connection, host);
      }
      return connection;
    } catch (SQLException e) {
      watch.askNow();
      throw e;
    }
  }

  private HostPort primary() throws SQLException {
    try {
      return watch.primary();
    } catch (DatabaseUnavailable e) {
      throw new SQLException(e.getMessage(), PSQLState.CONNECTION_UNABLE_TO_CONNECT.getState(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", PSQLState.CONNECTION_UNABLE_TO_CONNECT.getState(), e);
    }
  }

  /** Starts to watch at the first use, since commands have no life cycle. */
  private synchronized void start() {
    if (!isStarted) {
      isStarted = true;
      watch.start();
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public synchronized void close() {
    if (isStarted) {
      watch.stop();
    }
    aborting.shutdown();
  }

  @Override
  public PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter writer) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return Optional.of(this)
        .filter(type::isInstance)
        .map(type::cast)
        .orElseThrow(() -> new SQLException("is no " + type));
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
