package dev.chatmultischema.cli;

import com.google.common.base.Throwables;
import dev.chatmultischema.auth.JwtFactory.InsecureSecret;
import dev.chatmultischema.database.MigrationLock;
import dev.chatmultischema.health.Migrations;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.CheckCommand;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.db.PooledDataSourceFactory;
import io.dropwizard.migrations.DbCommand;
import java.io.IOException;
import java.net.BindException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import liquibase.exception.LiquibaseException;
import net.sourceforge.argparse4j.inf.Namespace;

/**
 * The commands of Dropwizard, which end with one message on standard error, and no stack trace,
 * where it is the operator who can mend it.
 */
public final class Commands {

  private Commands() {}

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

  /** Checks the JWT secret too, which other commands can do without. */
  public static final class Check<T extends Configuration & CommandConfiguration>
      extends CheckCommand<T> {
    public Check(Application<T> application) {
      super(application);
    }

    @Override
    protected void run(Bootstrap<T> bootstrap, Namespace arguments, T config) throws Exception {
      var unused = config.auth().build();
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

  public static final class Db<T extends Configuration & CommandConfiguration>
      extends DbCommand<T> {
    static {
      // Stands in Liquibase's lock; read when its class is first used.
      System.setProperty("liquibase.hostDescription", MigrationLock.HOLDER);
    }

    public Db(Class<T> configuration) {
      super("db", Db::pool, configuration, Migrations.CHANGELOG);
    }

    /**
     * The service's pool without its bound on a statement's time, since a migration may take long,
     * and without prepared statements, which a pooler of transactions could lose.
     */
    private static PooledDataSourceFactory pool(CommandConfiguration config) {
      var pool = config.database();
      var properties = new HashMap<>(pool.getProperties());
      properties.remove("socketTimeout");
      properties.put("ApplicationName", MigrationLock.HOLDER);
      properties.put("prepareThreshold", "0");
      pool.setProperties(properties);
      return pool;
    }

    /** One at a time for a schema, except where it is about Liquibase's lock itself. */
    @Override
    protected void run(Bootstrap<T> bootstrap, Namespace arguments, T config) throws Exception {
      if ("locks".equals(arguments.getString("subcommand"))) {
        super.run(bootstrap, arguments, config);
        return;
      }
      pool(config);
      new MigrationLock(config.database(), System.err)
          .hold(() -> super.run(bootstrap, arguments, config));
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

  /** What went wrong where it is for the operator to mend; the message says how. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  /** Tells the operator what to mend, or a developer where to look. */
  static void explain(Cli cli, Throwable failure) {
    var sql = caused(failure, SQLException.class);
    if (sql.isPresent()) {
      complain(cli, "database: " + sql.get().getMessage());
    } else if (caused(failure, BindException.class).isPresent()) {
      complain(
          cli,
          Throwables.getCausalChain(failure).stream()
                  .filter(cause -> cause.getCause() instanceof BindException)
                  .map(Throwable::getMessage)
                  .findFirst()
                  .orElse("no port")
              + ": the port is in use or not allowed; set PORT and ADMIN_PORT to free ones, or to 0 for any");
    } else if (failure instanceof IOException && !(failure instanceof ConfigurationException)) {
      complain(cli, "cannot read the configuration file: " + failure.getMessage());
    } else if (failure instanceof ConfigurationException
        || failure instanceof InsecureSecret
        || failure instanceof LiquibaseException
        || failure instanceof MigrationLock.Locked
        || failure instanceof Refused) {
      complain(cli, failure.getMessage());
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

  private static Optional<Throwable> caused(Throwable failure, Class<? extends Throwable> type) {
    return Throwables.getCausalChain(failure).stream().filter(type::isInstance).findFirst();
  }

  /** One line, without the names of classes, and whatever may be user and password of a URL. */
  private static void complain(Cli cli, String message) {
    var shown =
        message
            .strip()
            .replaceAll(" \\(through reference chain: [^\n]*|\n at \\[Source: [^\n]*", "")
            .replaceAll("://[^\n]*@", "://***@");
    cli.getStdErr().println(oneLine(shown));
  }

  /** What comes after a heading follows it, and several such are separated by semicolons. */
  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*(?:[*-] )?", "; ").replace(":; ", ": ");
  }
}
