package dev.chatmultischema.http.request;

import com.google.common.base.Splitter;
import com.google.common.io.BaseEncoding;
import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jetty.http.QuotedCSV;

/**
 * Determines the network address of a request's client.
 *
 * <p>That is the peer of the connection, or, if the peer is a trusted proxy, the last address that
 * is not one in the header in which proxies record whom they forward for. What precedes it may have
 * been written by anybody, and is ignored.
 */
public final class ClientAddresses {

  private static final int IPV6_NETWORK_BYTES = 8;
  private static final Splitter LIST = Splitter.on(',').trimResults();

  private final Predicate<InetAddress> trusted;
  private final Header header;

  /** The header that trusted proxies write; they must remove or extend what clients sent. */
  public enum Header {
    /** A list of addresses, the de-facto standard. */
    X_FORWARDED_FOR,
    /** RFC 7239. */
    FORWARDED
  }

  /**
   * @param trusted matches the addresses of proxies
   */
  ClientAddresses(Predicate<InetAddress> trusted, Header header) {
    this.trusted = trusted;
    this.header = header;
  }

  /** Returns the client's address as text. */
  public String of(HttpServletRequest request) {
    return resolve(request.getRemoteAddr(), name -> Collections.list(request.getHeaders(name)));
  }

  /** Reads the values of a header. */
  interface Headers {
    List<String> values(String name);
  }

  String resolve(String peer, Headers headers) {
    var address = parse(peer);
    if (address.isEmpty() || !trusted.test(address.get())) {
      return peer;
    }
    var client = address.get();
    for (var hop : reversed(hops(headers))) {
      var before = parse(hop);
      if (before.isEmpty()) {
        // A name such as "unknown": the proxy behind it is the last address that is known.
        break;
      }
      client = before.get();
      if (!trusted.test(client)) {
        break;
      }
    }
    return InetAddresses.toAddrString(client);
  }

  private List<String> hops(Headers headers) {
    return switch (header) {
      case X_FORWARDED_FOR -> LIST.splitToList(join(headers, "X-Forwarded-For"));
      case FORWARDED -> forwardedFor(join(headers, "Forwarded"));
    };
  }

  /** Returns no address if a client has sent a quotation mark that nothing closes. */
  private static List<String> forwardedFor(String header) {
    try {
      return new QuotedCSV(true, header)
          .getValues().stream().map(ClientAddresses::addressOf).toList();
    } catch (IllegalArgumentException malformed) {
      return List.of();
    }
  }

  private static String join(Headers headers, String name) {
    return String.join(",", headers.values(name));
  }

  /** Returns the value of {@code for} in an element of {@code Forwarded}; empty if it has none. */
  private static String addressOf(String element) {
    return Arrays.stream(element.split(";"))
        .map(String::strip)
        .filter(pair -> pair.regionMatches(true, 0, "for=", 0, 4))
        .map(pair -> QuotedCSV.unquote(pair.substring(4).strip()))
        .findFirst()
        .orElse("");
  }

  private static List<String> reversed(List<String> hops) {
    var reversed = new ArrayList<>(hops);
    Collections.reverse(reversed);
    return reversed;
  }

  /** Parses an address, with brackets and a port or without. */
  private static Optional<InetAddress> parse(String text) {
    if (InetAddresses.isInetAddress(text)) {
      return Optional.of(InetAddresses.forString(text));
    }
    try {
      var host = HostAndPort.fromString(text).getHost();
      return InetAddresses.isInetAddress(host)
          ? Optional.of(InetAddresses.forString(host))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the network that one client may be assumed to have alone: an IPv4 address, or the first
   * 64 bits of an IPv6 address, since a client may take any address below them.
   */
  public static String network(String address) {
    if (InetAddresses.isInetAddress(address)
        && InetAddresses.forString(address) instanceof Inet6Address ipv6) {
      var bytes = ipv6.getAddress();
      return BaseEncoding.base16().encode(bytes, 0, IPV6_NETWORK_BYTES);
    }
    return address;
  }
}
