package dev.chatmultischema.http.admin;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells names that a web site can let point to this host (DNS rebinding) from those it cannot. */
final class HostName {

  /** Top-level domains that the public DNS does not have (RFC 6761, RFC 6762, RFC 9476). */
  private static final List<String> PRIVATE =
      List.of(".localhost", ".local", ".internal", ".svc", ".alt");

  private HostName() {}

  /** Returns the name in a {@code Host} header, without the port; empty if it is malformed. */
  static String of(String authority) {
    try {
      var host = HostAndPort.fromString(authority).getHost().toLowerCase(Locale.ROOT);
      return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** Returns whether a name is an address, a name of this host, or one that was configured. */
  static boolean isExpected(String name, Set<String> configured) {
    return InetAddresses.isInetAddress(name)
        || name.equals("localhost")
        || name.endsWith(".localhost")
        || configured.contains(name);
  }

  /** Returns whether only a private network can have a name, as that of a container. */
  static boolean isPrivate(String name) {
    return !name.isEmpty() && (name.indexOf('.') < 0 || PRIVATE.stream().anyMatch(name::endsWith));
  }
}
