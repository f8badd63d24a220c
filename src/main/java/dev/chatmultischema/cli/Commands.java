package dev.chatmultischema.cli;

import com.google.common.base.Throwables;
import dev.chatmultischema.auth.UnusableKey;
import dev.chatmultischema.database.DatabaseFactory;
import dev.chatmultischema.database.MigrationLock;
import dev.chatmultischema.database.OwnerDatabase;
import dev.chatmultischema.database.ServicePrivileges;
import dev.chatmultischema.health.Migrations;
import dev.chatmultischema.tenant.TenantPartitions;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.CheckCommand;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.migrations.DbCommand;
import java.io.IOException;
import java.net.BindException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import liquibase.exception.LiquibaseException;
import net.sourceforge.argparse4j.inf.Namespace;
import org.jdbi.v3.core.Jdbi;

/**
 * Dropwizard's commands, which report a failure that the operator can correct in one line on
 * standard error, without a stack trace.
 */
public final class Commands {

  private Commands() {}

  /** The command {@code server}, which runs the service. */
  public static final class Server<T extends Configuration> extends ServerCommand<T> {
    public Server(Application<T> application) {
      super(application, "server", "Runs the service");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
      requireFile(arguments, "server");
      super.run(bootstrap, arguments);
    }

    @Override
    public void onError(Cli cli, Namespace arguments, Throwable failure) {
      explain(cli, failure);
    }
  }

  /** The command {@code check}, which validates the configuration file and the JWT secret. */
  public static final class Check<T extends Configuration & CommandConfiguration>
      extends CheckCommand<T> {
    public Check(Application<T> application) {
      super(application);
    }

    @Override
    protected void run(Bootstrap<T> bootstrap, Namespace arguments, T config) throws Exception {
      Objects.requireNonNull(config.auth().build(), "tokens");
      super.run(bootstrap, arguments, config);
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
      requireFile(arguments, "check");
      super.run(bootstrap, arguments);
    }

    @Override
    public void onError(Cli cli, Namespace arguments, Throwable failure) {
      explain(cli, failure);
    }
  }

  /** The commands {@code db}, which migrate the schema of the database with Liquibase. */
  public static final class Db<T extends Configuration & CommandConfiguration>
      extends DbCommand<T> {
    static {
      // Liquibase reads the name of its lock's holder once, when its classes are initialized.
      System.setProperty("liquibase.hostDescription", MigrationLock.HOLDER);
    }

    public Db(Class<T> configuration) {
      super("db", Db::pool, configuration, Migrations.CHANGELOG);
    }

    /**
     * Returns the pool of the tables' owner without the timeout of statements, since a migration
     * may be long, and without prepared statements, which a transaction pooler could lose.
     */
    private static DatabaseFactory pool(CommandConfiguration config) {
      var pool = config.database().owner();
      var properties = new HashMap<>(pool.getProperties());
      properties.remove("socketTimeout");
      properties.put("ApplicationName", MigrationLock.HOLDER);
      properties.put("prepareThreshold", "0");
      pool.setProperties(properties);
      return pool;
    }

    /** Runs one migration of a schema at a time; {@code db locks} runs without the lock. */
    @Override
    protected void run(Bootstrap<T> bootstrap, Namespace arguments, T config) throws Exception {
      if ("locks".equals(arguments.getString("subcommand"))) {
        super.run(bootstrap, arguments, config);
        return;
      }
      new MigrationLock(pool(config), System.err)
          .hold(
              () -> {
                super.run(bootstrap, arguments, config);
                if ("migrate".equals(arguments.getString("subcommand"))
                    && !Boolean.TRUE.equals(arguments.getBoolean("dry-run"))) {
                  grant(bootstrap, config);
                }
              });
    }

    /** Grants the service's role what it needs, also on what an earlier version has created. */
    private void grant(Bootstrap<T> bootstrap, T config) throws Exception {
      var connections = pool(config).build(bootstrap.getMetricRegistry(), "db");
      try {
        var owner = Jdbi.create(connections);
        var role = config.database().serviceRole();
        role.ifPresent(name -> owner.useTransaction(h -> ServicePrivileges.grant(h, name)));
        new TenantPartitions(new OwnerDatabase(owner, role)).restrictExisting();
      } finally {
        connections.stop();
      }
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
      requireFile(arguments, "db " + arguments.getString("subcommand"));
      super.run(bootstrap, arguments);
    }

    @Override
    public void onError(Cli cli, Namespace arguments, Throwable failure) {
      explain(cli, failure);
    }
  }

  /** Reports a failure that the operator can correct; the message names the correction. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  /** Prints a failure: one line if the operator can correct it, else the stack trace. */
  static void explain(Cli cli, Throwable failure) {
    var sql = findCause(failure, SQLException.class);
    if (sql.isPresent()) {
      report(cli, "database: " + sql.get().getMessage());
    } else if (findCause(failure, BindException.class).isPresent()) {
      report(
          cli,
          Throwables.getCausalChain(failure).stream()
                  .filter(cause -> cause.getCause() instanceof BindException)
                  .map(Throwable::getMessage)
                  .findFirst()
                  .orElse("no port")
              + ": the port is in use or not allowed; set PORT and ADMIN_PORT to free ones, or to 0"
              + " for any");
    } else if (failure instanceof IOException && !(failure instanceof ConfigurationException)) {
      report(cli, "cannot read the configuration file: " + failure.getMessage());
    } else if (failure instanceof ConfigurationException
        || failure instanceof UnusableKey
        || failure instanceof LiquibaseException
        || failure instanceof MigrationLock.Locked
        || failure instanceof Refused) {
      report(cli, failure.getMessage());
    } else {
      failure.printStackTrace(cli.getStdErr());
    }
  }

  /**
   * Refuses a command without the name of its configuration file.
   *
   * @throws Refused if there is none
   */
  static void requireFile(Namespace arguments, String command) throws Refused {
    if (arguments.getString("file") == null) {
      throw new Refused(
          String.format(
              Locale.ROOT,
              "no configuration file: as in java -jar tenant-api.jar %s config.yml",
              command));
    }
  }

  private static Optional<Throwable> findCause(Throwable failure, Class<? extends Throwable> type) {
    return Throwables.getCausalChain(failure).stream().filter(type::isInstance).findFirst();
  }

  /** Prints one line, without names of classes and without user and password of a URL. */
  private static void report(Cli cli, String message) {
    var shown =
        message
            .strip()
            .replaceAll(" \\(through reference chain: [^\n]*|\n at \\[Source: [^\n]*", "")
            .replaceAll("://[^\n]*@", "://***@");
    cli.getStdErr().println(oneLine(shown));
  }

  /** Joins lines to one: list items follow their heading, separated by semicolons. */
  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*(?:[*-] )?", "; ").replace(":; ", ": ");
  }
}
