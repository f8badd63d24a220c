package dev.chatmultischema.url;

import com.google.common.net.InetAddresses;
import java.util.regex.Pattern;

/**
 * The address of a server.
 *
 * @param host a name or an IP address; an IPv6 address is without brackets
 * @param port from 1 to 65535
 */
public record HostPort(String host, int port) {

  /** RFC 952 and 1123, with the underscore that container platforms use in names. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_-]+)*\\.?");

  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  /** Parses {@code host}, {@code host:port} or {@code [IPv6]:port}; messages do not repeat it. */
  static HostPort parse(String variable, String text, int defaultPort) {
    int bracket = text.lastIndexOf(']');
    int colon = text.indexOf(':', bracket + 1);
    var host = colon < 0 ? text : text.substring(0, colon);
    var port = colon < 0 ? "" : text.substring(colon + 1);
    if (host.isEmpty()) {
      throw new InvalidUrl(variable, "must name a host");
    }
    return new HostPort(host(variable, host), port.isEmpty() ? defaultPort : port(variable, port));
  }

  private static String host(String variable, String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      var address = text.substring(1, text.length() - 1);
      if (address.contains(":") && InetAddresses.isInetAddress(address)) {
        return address;
      }
      throw new InvalidUrl(variable, "has no IPv6 address in the brackets");
    }
    if (!NAME.matcher(text).matches()) {
      throw new InvalidUrl(
          variable,
          "has a host that is no name: it may hold letters, digits, - _ and . (an IPv6 address stands in brackets)");
    }
    return text;
  }

  private static int port(String variable, String text) {
    int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65_535) {
      throw new InvalidUrl(variable, "has a wrong port: it must be a number from 1 to 65535");
    }
    return port;
  }

  /** Returns the form of URLs, with an IPv6 address in brackets. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
