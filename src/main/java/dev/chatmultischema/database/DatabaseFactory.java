package dev.chatmultischema.database;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.jdbi3.JdbiFactory;
import io.dropwizard.util.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.jdbi.v3.core.Jdbi;

/**
 * The configuration section {@code database}: Dropwizard's pool settings with defaults for a server
 * that may be absent or silent.
 *
 * <p>Connections are opened on demand, and waiting for one is bounded. The age of a connection is
 * bounded too, since a backend keeps about 11 KB for each partition that it ever used.
 */
public final class DatabaseFactory extends DataSourceFactory {

  public static final String NAME = "postgresql";

  public DatabaseFactory() {
    setDriverClass("org.postgresql.Driver");
    setInitialSize(0);
    setMinSize(0);
    setMaxSize(24);
    setIgnoreExceptionOnPreLoad(true);
    setMaxWaitForConnection(Duration.seconds(3));
    setMaxConnectionAge(Duration.minutes(30));
    setMinIdleTime(Duration.minutes(5));
    setCheckConnectionOnConnect(false);
    setCheckConnectionOnBorrow(true);
    setValidationInterval(Duration.seconds(5));
    setValidationQueryTimeout(Duration.seconds(3));
    setRollbackOnReturn(true);
    setAutoCommentsEnabled(false);
    setProperties(
        Map.of(
            "ApplicationName", "tenant-api",
            "connectTimeout", "3",
            "socketTimeout", "20",
            "tcpKeepAlive", "true"));
  }

  /**
   * Sets the URL, {@code postgres://user:password@host:port/database} or {@code jdbc:postgresql:}.
   *
   * @throws IllegalArgumentException if the URL has another form
   */
  @Override
  @JsonProperty
  public void setUrl(String url) {
    var parsed = PostgresUrl.parse(url);
    super.setUrl(parsed.jdbcUrl());
    Optional.ofNullable(parsed.user()).ifPresent(this::setUser);
    Optional.ofNullable(parsed.password()).ifPresent(this::setPassword);
  }

  /**
   * Builds the pool, whose statements and results are those of the driver: the proxies that the
   * pool wraps around them by default call every method by reflection.
   */
  @Override
  public ManagedDataSource build(MetricRegistry metrics, String name) {
    var pool = super.build(metrics, name);
    if (pool instanceof DataSourceProxy configurable) {
      configurable.setUseStatementFacade(false);
    }
    return pool;
  }

  /** Builds the pool and its health check {@code postgresql}; connects to nothing. */
  public Jdbi build(Environment environment) {
    return new JdbiFactory().build(environment, this, NAME).registerArrayType(UUID.class, "uuid");
  }
}
