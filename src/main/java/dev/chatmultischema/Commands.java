package dev.chatmultischema;

import com.google.common.base.Throwables;
import com.google.common.collect.Maps;
import dev.chatmultischema.auth.JwtFactory.InsecureSecret;
import dev.chatmultischema.ops.Migrations;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.core.cli.CheckCommand;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.db.PooledDataSourceFactory;
import io.dropwizard.migrations.DbCommand;
import java.io.FileNotFoundException;
import java.net.BindException;
import java.sql.SQLException;
import java.util.Optional;
import liquibase.exception.LiquibaseException;
import net.sourceforge.argparse4j.inf.Namespace;

/**
 * The commands of Dropwizard, which end with one message on standard error, and no stack trace,
 * where it is the operator who can mend it.
 */
final class Commands {

  private Commands() {}

  static final class Server extends ServerCommand<ChatConfiguration> {
    Server(ChatApplication application) {
      super(application, "server", "Runs the service");
    }

    @Override
    public void onError(Cli cli, Namespace arguments, Throwable failure) {
      explain(cli, failure);
    }
  }

  /** Checks the JWT secret too, which other commands can do without. */
  static final class Check extends CheckCommand<ChatConfiguration> {
    Check(ChatApplication application) {
      super(application);
    }

    @Override
    protected void run(
        Bootstrap<ChatConfiguration> bootstrap, Namespace arguments, ChatConfiguration config)
        throws Exception {
      var unused = config.jwt().build();
      super.run(bootstrap, arguments, config);
    }

    @Override
    public void onError(Cli cli, Namespace arguments, Throwable failure) {
      explain(cli, failure);
    }
  }

  static final class Db extends DbCommand<ChatConfiguration> {
    Db() {
      super("db", Db::pool, ChatConfiguration.class, Migrations.CHANGELOG);
    }

    /** The service's pool without its bound on a statement's time: a migration may take long. */
    private static PooledDataSourceFactory pool(ChatConfiguration config) {
      var pool = config.database();
      pool.setProperties(
          Maps.filterKeys(pool.getProperties(), name -> !name.equals("socketTimeout")));
      return pool;
    }

    @Override
    public void onError(Cli cli, Namespace arguments, Throwable failure) {
      explain(cli, failure);
    }
  }

  /** What went wrong where it is for the operator to mend; the message says how. */
  static final class Refused extends Exception {
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
    } else if (caused(failure, BindException.class).isPresent()
        || failure instanceof ConfigurationException
        || failure instanceof InsecureSecret
        || failure instanceof LiquibaseException
        || failure instanceof FileNotFoundException
        || failure instanceof Refused) {
      complain(cli, failure.getMessage());
    } else {
      failure.printStackTrace(cli.getStdErr());
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
