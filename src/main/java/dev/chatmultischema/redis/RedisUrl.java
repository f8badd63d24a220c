package dev.chatmultischema.redis;

import com.google.common.base.Splitter;
import dev.chatmultischema.url.HostPort;
import dev.chatmultischema.url.InvalidUrl;
import dev.chatmultischema.url.ServerUrl;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The addresses and credentials in {@code REDIS_URL}: of one server, or of sentinels that know the
 * master.
 *
 * @param servers the server alone, or the sentinels
 * @param masterName the name of the master for sentinels; null if there are none
 * @param user null if there is none
 * @param password null if there is none
 * @param database the index of {@code SELECT}
 * @param tls whether connections to the server and to sentinels use TLS
 */
record RedisUrl(
    List<HostPort> servers,
    String masterName,
    String user,
    String password,
    int database,
    boolean tls) {

  private static final String VARIABLE = "REDIS_URL";
  private static final String SENTINEL = "+sentinel";
  private static final Map<String, Integer> SCHEMES =
      Map.of("redis", 6379, "rediss", 6379, "redis" + SENTINEL, 26379, "rediss" + SENTINEL, 26379);

  /** The index of {@code SELECT}; its upper bound is configured in Redis. */
  private static final Pattern DATABASE = Pattern.compile("[0-9]{1,9}");

  /** The characters that Sentinel accepts. */
  private static final Pattern MASTER_NAME = Pattern.compile("[A-Za-z0-9._-]{1,255}");

  /**
   * @throws InvalidUrl if the text is no Redis URL; its message does not contain the password
   */
  static RedisUrl parse(String text) {
    var url =
        ServerUrl.parse(VARIABLE, text, SCHEMES, RedisUrl::segments)
            .withoutParameters(VARIABLE, "redis");
    if (url.user() != null && url.password() == null) {
      throw new InvalidUrl(
          VARIABLE, "must name a password after the user: redis://:password@host without a user");
    }
    boolean tls = url.scheme().startsWith("rediss");
    if (isSentinel(url.scheme())) {
      var path = Splitter.on('/').splitToList(url.path());
      return new RedisUrl(
          url.addresses(),
          masterName(path.get(0)),
          url.user(),
          url.password(),
          database(path.size() < 2 ? "" : path.get(1)),
          tls);
    }
    if (url.addresses().size() > 1) {
      throw new InvalidUrl(
          VARIABLE,
          String.format(
              Locale.ROOT,
              "names several hosts: it must name one, or the sentinels of a master, as in"
                  + " %s%s://host,host,host/master-name",
              url.scheme(),
              SENTINEL));
    }
    return new RedisUrl(
        url.addresses(), null, url.user(), url.password(), database(url.path()), tls);
  }

  private static boolean isSentinel(String scheme) {
    return scheme.endsWith(SENTINEL);
  }

  private static int segments(String scheme) {
    return isSentinel(scheme) ? 2 : 1;
  }

  private static String masterName(String name) {
    if (!MASTER_NAME.matcher(name).matches()) {
      throw new InvalidUrl(
          VARIABLE,
          "must name the master after the sentinels, as in"
              + " redis+sentinel://host,host,host/master-name: letters, digits, . - and _");
    }
    return name;
  }

  private static int database(String path) {
    if (!path.isEmpty() && !DATABASE.matcher(path).matches()) {
      throw new InvalidUrl(
          VARIABLE, "has a path that is no database: it must be a number, as in /0, or empty");
    }
    return path.isEmpty() ? 0 : Integer.parseInt(path);
  }

  boolean hasSentinels() {
    return masterName != null;
  }

  /** Returns the addresses, without user and password. */
  @Override
  public String toString() {
    var addresses = ServerUrl.join(servers);
    return hasSentinels() ? masterName + " of the sentinels " + addresses : addresses;
  }
}
