package dev.chatmultischema.identity.jwks;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Resolves hosts to public addresses only. The client connects to the very addresses that were
 * checked here, so that a name server cannot return a public address to the check and a private one
 * to the connection (DNS rebinding).
 */
final class PublicAddressResolver implements SocketAddressResolver {

  private final SocketAddressResolver resolver;

  PublicAddressResolver(SocketAddressResolver resolver) {
    this.resolver = resolver;
  }

  @Override
  public void resolve(
      String host,
      int port,
      Map<String, Object> context,
      Promise<List<InetSocketAddress>> promise) {
    resolver.resolve(
        host,
        port,
        context,
        new Promise<>() {
          @Override
          public void succeeded(List<InetSocketAddress> resolved) {
            var allowed = publicOnes(resolved);
            if (allowed.isEmpty()) {
              promise.failed(new PrivateAddress(host));
            } else {
              promise.succeeded(allowed);
            }
          }

          @Override
          public void failed(Throwable cause) {
            promise.failed(cause);
          }
        });
  }

  private static List<InetSocketAddress> publicOnes(List<InetSocketAddress> addresses) {
    return addresses.stream()
        .filter(
            address ->
                address.getAddress() != null && PublicAddresses.contains(address.getAddress()))
        .toList();
  }

  /** Reports a host without a public address; the message does not disclose its addresses. */
  static final class PrivateAddress extends UnknownHostException {

    private static final long serialVersionUID = 1;

    PrivateAddress(String host) {
      super(String.format(Locale.ROOT, "%s has no public address", host));
    }
  }
}
