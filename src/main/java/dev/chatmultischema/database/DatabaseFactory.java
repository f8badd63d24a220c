package dev.chatmultischema.database;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.base.Strings;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.jdbi3.JdbiFactory;
import io.dropwizard.util.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.PGProperty;

/**
 * The configuration section {@code database}: Dropwizard's pool settings with defaults for a server
 * that may be absent or silent.
 *
 * <p>Connections are opened on demand, and waiting for one is bounded. The age of a connection is
 * bounded too, since a backend keeps about 11 KB for each partition that it ever used.
 */
public final class DatabaseFactory extends DataSourceFactory {

  public static final String NAME = "postgresql";

  /** The name of the pool of the role that owns the tables. */
  public static final String OWNER = "postgresql-owner";

  /** Provisioning uses at most four connections, health checks and the janitor of messages one. */
  private static final int OWNER_CONNECTIONS = 7;

  private static final String VARIABLE = "DATABASE_URL";
  private static final String OWNER_VARIABLE = "DATABASE_OWNER_URL";

  private String ownerUrl = "";

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
            // The detail of an error has the values of the row, and so a message's content.
            "logServerErrorDetail", "false",
            "socketTimeout", "20",
            "tcpKeepAlive", "true"));
  }

  /**
   * Sets the URL, {@code postgres://user:password@host:port/database} or {@code jdbc:postgresql:}.
   * It may name several servers, of which the primary is used.
   *
   * @throws IllegalArgumentException if the URL has another form
   */
  @Override
  @JsonProperty
  public void setUrl(String url) {
    var parsed = PostgresUrl.parse(VARIABLE, url);
    super.setUrl(parsed.jdbcUrl());
    Optional.ofNullable(parsed.user()).ifPresent(this::setUser);
    Optional.ofNullable(parsed.password()).ifPresent(this::setPassword);
  }

  /**
   * Sets the URL of the role that owns the tables: it migrates them, and creates and drops the
   * schemas of tenants. If it is empty, the role of {@code url} does so.
   *
   * @throws IllegalArgumentException if the URL has another form
   */
  @JsonProperty
  public void setOwnerUrl(String url) {
    ownerUrl = Strings.nullToEmpty(url).strip();
    if (!ownerUrl.isEmpty()) {
      var unused = PostgresUrl.parse(OWNER_VARIABLE, ownerUrl);
    }
  }

  /**
   * Returns the settings of the owner's connections, which are this object if one role does both.
   */
  public DatabaseFactory owner() {
    if (ownerUrl.isEmpty()) {
      return this;
    }
    var owner = new DatabaseFactory();
    owner.setProperties(getProperties());
    owner.setUrl(ownerUrl);
    owner.setMaxSize(OWNER_CONNECTIONS);
    // Its connections are used rarely, so that a lost one would be noticed by a request only.
    owner.setValidationInterval(Duration.seconds(0));
    return owner;
  }

  /** Returns the service's role if another role owns the tables. */
  public Optional<String> serviceRole() {
    return ownerUrl.isEmpty()
        ? Optional.empty()
        : Optional.of(PostgresUrl.role(getUrl(), getUser()));
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
      var hosts = PostgresHosts.of(getUrl());
      if (hosts.isPresent()) {
        return new PrimaryPool(
            configurable.getPoolProperties(),
            metrics,
            new PrimaryDataSource(name, hosts.get(), driverProperties()));
      }
    }
    return pool;
  }

  /** Returns the properties of the driver, with user and password. */
  Properties driverProperties() {
    var properties = new Properties();
    properties.putAll(getProperties());
    Optional.ofNullable(getUser()).ifPresent(user -> PGProperty.USER.set(properties, user));
    Optional.ofNullable(getPassword())
        .ifPresent(password -> PGProperty.PASSWORD.set(properties, password));
    return properties;
  }

  /** Returns the properties of the driver, which connects to the primary of several servers. */
  @Override
  @JsonProperty
  public Map<String, String> getProperties() {
    var properties = super.getProperties();
    if (getUrl() == null || PostgresHosts.of(getUrl()).isEmpty()) {
      return properties;
    }
    var ofPrimary = new HashMap<>(properties);
    ofPrimary.put(PGProperty.TARGET_SERVER_TYPE.getName(), "primary");
    return ofPrimary;
  }

  /** Builds the pool and its health check {@code postgresql}; connects to nothing. */
  public Jdbi build(Environment environment) {
    return build(environment, this, NAME);
  }

  /**
   * Builds the pool of the tables' owner; connects to nothing.
   *
   * @param service the service's pool, which is returned if one role does both
   */
  public OwnerDatabase buildOwner(Environment environment, Jdbi service) {
    return new OwnerDatabase(
        ownerUrl.isEmpty() ? service : build(environment, owner(), OWNER), serviceRole());
  }

  private static Jdbi build(Environment environment, DatabaseFactory factory, String name) {
    var jdbi = new JdbiFactory().build(environment, factory, name);
    return ReplicationWait.verifyIn(jdbi).registerArrayType(UUID.class, "uuid");
  }
}
