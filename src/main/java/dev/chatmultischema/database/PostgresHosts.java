package dev.chatmultischema.database;

import com.google.common.base.Splitter;
import dev.chatmultischema.url.HostPort;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * The servers that a JDBC URL names.
 *
 * @param end of the URL, after the addresses
 */
record PostgresHosts(List<HostPort> addresses, String end) {

  private static final String START = "jdbc:postgresql://";

  /** Returns the servers if the URL names several. */
  static Optional<PostgresHosts> of(String jdbcUrl) {
    var parsed = jdbcUrl.startsWith(START) ? Driver.parseURL(jdbcUrl, null) : null;
    if (parsed == null) {
      return Optional.empty();
    }
    var addresses = addresses(parsed);
    int end = jdbcUrl.indexOf('/', START.length());
    return addresses.size() == 1 || end < 0
        ? Optional.empty()
        : Optional.of(new PostgresHosts(addresses, jdbcUrl.substring(end)));
  }

  private static List<HostPort> addresses(Properties parsed) {
    var hosts = split(PGProperty.PG_HOST.getOrDefault(parsed));
    var ports = split(PGProperty.PG_PORT.getOrDefault(parsed));
    return IntStream.range(0, hosts.size())
        .mapToObj(i -> new HostPort(bare(hosts.get(i)), Integer.parseInt(ports.get(i))))
        .distinct()
        .toList();
  }

  private static List<String> split(String list) {
    return Splitter.on(',').splitToList(list);
  }

  /** Returns an IPv6 address without brackets. */
  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** Returns the URL of one of the servers. */
  String url(HostPort host) {
    return START + host + end;
  }
}
