package dev.chatmultischema.cli;

import dev.chatmultischema.accounts.AccountRefused;
import dev.chatmultischema.accounts.NewUser;
import dev.chatmultischema.accounts.PasswordRules;
import dev.chatmultischema.auth.Passwords;
import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import dev.chatmultischema.user.UserDao;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/**
 * The command {@code user add}: inserts a user, such as the first admin, into the database and
 * prints the id. The password is read from a prompt on a terminal, else from the first line of
 * standard input.
 */
public final class UserCommand<T extends Configuration & CommandConfiguration>
    extends ConfiguredCommand<T> {

  private final Class<T> configuration;

  public UserCommand(Class<T> configuration) {
    super("user", "Adds users");
    this.configuration = configuration;
  }

  @Override
  protected Class<T> getConfigurationClass() {
    return configuration;
  }

  @Override
  public void configure(Subparser user) {
    var add = user.addSubparsers().dest("verb").addParser("add").help("adds a user");
    add.description("Adds a user; the password is read from standard input");
    add.addArgument("--email").required(true).help("the e-mail address to log in with");
    add.addArgument("--name").required(true).help("the display name");
    add.addArgument("--role").choices("admin", "user").required(true).help("the role");
    add.addArgument("file").help("application configuration file");
  }

  @Override
  protected void run(Bootstrap<T> bootstrap, Namespace arguments, T config) throws Exception {
    var user =
        new NewUser(
            arguments.getString("name"),
            arguments.getString("email"),
            password(),
            Role.valueOf(arguments.getString("role").toUpperCase(Locale.ROOT)),
            null);
    var violations = bootstrap.getValidatorFactory().getValidator().validate(user);
    if (!violations.isEmpty()) {
      throw new Commands.Refused(
          violations.stream()
              .map(violation -> violation.getPropertyPath() + " " + violation.getMessage())
              .sorted()
              .collect(Collectors.joining("\n")));
    }
    checkPassword(user);
    var database = config.database();
    database.asSingleConnectionPool();
    var connections = database.build(bootstrap.getMetricRegistry(), "user");
    try {
      var users = Jdbi.create(connections).installPlugin(new SqlObjectPlugin());
      System.out.println(add(users, user).userId());
    } finally {
      connections.stop();
    }
  }

  private static void checkPassword(NewUser user) throws Commands.Refused {
    try {
      PasswordRules.checkUnlikeAccount(user.password(), user.name(), user.email());
    } catch (AccountRefused refused) {
      throw new Commands.Refused("password " + refused.getMessage());
    }
  }

  private String password() throws IOException, Commands.Refused {
    var console = System.console();
    // Input that is available before the prompt was piped: the password is not typed.
    if (console != null && System.in.available() == 0) {
      var typed = console.readPassword("Password: ");
      return requireDecoded(typed == null ? "" : new String(typed));
    }
    // A decoder reports malformed UTF-8; a charset would insert replacement characters.
    var input = new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder());
    try {
      var line = new BufferedReader(input).readLine();
      if (line == null) {
        throw new Commands.Refused("no password: it is the first line of standard input");
      }
      return requireDecoded(line);
    } catch (CharacterCodingException e) {
      throw notUtf8();
    }
  }

  /** Refuses replacement characters, which the locale's decoder inserts for malformed input. */
  private static String requireDecoded(String password) throws Commands.Refused {
    if (password.indexOf('\uFFFD') >= 0) {
      throw notUtf8();
    }
    return password;
  }

  private static Commands.Refused notUtf8() {
    return new Commands.Refused(
        "the password is not UTF-8: set a UTF-8 locale, as in LC_ALL=C.UTF-8");
  }

  private static User add(Jdbi database, NewUser user) throws Exception {
    var hash = new Passwords().hash(user.password());
    try {
      return database.inTransaction(
          handle -> {
            var users = handle.attach(UserDao.class);
            users.lockChanges();
            return users.insert(user.createdAt(users.now()), hash);
          });
    } catch (JdbiException e) {
      throw switch (DatabaseFault.of(e)) {
        case CONFLICT ->
            new Commands.Refused("there is a user with the e-mail address " + user.email());
        case MISSING -> new Commands.Refused("the database is not migrated: run db migrate");
        default -> e;
      };
    }
  }

  @Override
  public void onError(Cli cli, Namespace arguments, Throwable failure) {
    Commands.explain(cli, failure);
  }
}
