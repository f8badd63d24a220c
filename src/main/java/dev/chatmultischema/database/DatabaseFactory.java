package dev.chatmultischema.database;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.jdbi3.JdbiFactory;
import io.dropwizard.util.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * The {@code database} section: Dropwizard's pool settings with defaults that survive an absent or
 * silent server.
 *
 * <p>No connection is opened before one is asked for, waiting for one is bounded, and a connection
 * lives for a bounded time, since a backend keeps about 11 KB for each partition it ever touched.
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
   * Takes {@code postgres://user:password@host:port/database} as well as a {@code jdbc:postgresql:}
   * URL.
   *
   * @throws IllegalArgumentException if it is neither
   */
  @Override
  @JsonProperty
  public void setUrl(String url) {
    var parsed = PostgresUrl.parse(url);
    super.setUrl(parsed.jdbcUrl());
    Optional.ofNullable(parsed.user()).ifPresent(this::setUser);
    Optional.ofNullable(parsed.password()).ifPresent(this::setPassword);
  }

  /** Builds the pool and its health check {@code postgresql}; connects to nothing. */
  public Jdbi build(Environment environment) {
    return new JdbiFactory().build(environment, this, NAME).registerArrayType(UUID.class, "uuid");
  }
}
