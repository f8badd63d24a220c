package dev.chatmultischema.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.CharMatcher;
import dev.chatmultischema.url.InvalidUrl;
import dev.chatmultischema.url.ServerUrl;
import java.net.URLEncoder;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A PostgreSQL connection URI (manual, section 34.1.1.2), converted for the JDBC driver. Its
 * parameters are those of the driver; a plus sign in them does not stand for a space, as everywhere
 * in the URI.
 */
record PostgresUrl(String jdbcUrl, String user, String password) {

  private static final String JDBC = "jdbc:postgresql:";
  private static final Map<String, Integer> SCHEMES = Map.of("postgres", 5432, "postgresql", 5432);

  /**
   * @param variable the environment variable that the text comes from, for messages
   * @throws InvalidUrl if the text is neither such a URI nor a JDBC URL; its message does not
   *     contain the password
   */
  static PostgresUrl parse(String variable, String text) {
    var stripped = CharMatcher.whitespace().trimFrom(text);
    return stripped.startsWith(JDBC)
        ? new PostgresUrl(valid(variable, stripped), null, null)
        : uri(variable, stripped);
  }

  private static PostgresUrl uri(String variable, String text) {
    var url = ServerUrl.parse(variable, text, SCHEMES);
    if (url.path().isEmpty()) {
      throw new InvalidUrl(variable, "must name a database after the host: postgres://host/chat");
    }
    var database = URLEncoder.encode(url.path(), UTF_8).replace("+", "%20");
    var query = url.query() == null ? "" : "?" + url.query().replace("+", "%2B");
    return new PostgresUrl(
        valid(
            variable,
            String.format(
                Locale.ROOT, "jdbc:postgresql://%s/%s%s", url.authority(), database, query)),
        url.user(),
        url.password());
  }

  /** Refuses an invalid URL, which the driver and its pool would log with its password. */
  private static String valid(String variable, String jdbcUrl) {
    var address = jdbcUrl.substring(JDBC.length()).split("\\?", 2)[0];
    if (address.contains("@")) {
      throw new InvalidUrl(
          variable,
          "has an @ before the parameters: a jdbc: URL takes ?user=…&password=…, percent-encoded, or write postgres://user:password@host/database");
    }
    if (!readable(jdbcUrl)) {
      throw new InvalidUrl(
          variable,
          "is not a URL that the PostgreSQL driver takes: look at host, port, database and the percent-encoding of the parameters");
    }
    refuseStandby(variable, jdbcUrl);
    return jdbcUrl;
  }

  private static void refuseStandby(String variable, String jdbcUrl) {
    var type = PGProperty.TARGET_SERVER_TYPE.getOrDefault(Driver.parseURL(jdbcUrl, null));
    if (PostgresHosts.of(jdbcUrl).isPresent() && !"primary".equals(type) && !"any".equals(type)) {
      throw new InvalidUrl(
          variable,
          "has a targetServerType: of several servers, the primary is used, so leave it out");
    }
  }

  private static boolean readable(String jdbcUrl) {
    try {
      return Driver.parseURL(jdbcUrl, null) != null;
    } catch (IllegalArgumentException e) {
      // Thrown by the decoder, with the value in its message.
      return false;
    }
  }

  /**
   * Returns the role that a JDBC URL connects as, which is the given one unless it names another.
   */
  static String role(String jdbcUrl, String user) {
    var parsed = Driver.parseURL(jdbcUrl, null);
    var named = parsed == null ? null : PGProperty.USER.getOrDefault(parsed);
    return named == null
        ? Objects.requireNonNullElse(user, System.getProperty("user.name"))
        : named;
  }

  /** Returns the URL without its parameters, and so without the password. */
  @Override
  public String toString() {
    return jdbcUrl.split("\\?", 2)[0];
  }
}
