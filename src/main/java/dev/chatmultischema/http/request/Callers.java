package dev.chatmultischema.http.request;

import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Whom the bodies of one port's requests are charged to. */
public interface Callers {

  /** The owner as far as known without waiting; empty where the body need not be awaited. */
  Optional<Object> known(String path, Request request);

  /**
   * The owner of a body that is more than small; may block.
   *
   * @throws RuntimeException if the request will be refused whatever its body is
   */
  Object require(String path, Request request);

  /** All are one owner, as on a port without authentication. */
  static Callers anybody() {
    return new Callers() {
      @Override
      public Optional<Object> known(String path, Request request) {
        return Optional.of("anybody");
      }

      @Override
      public Object require(String path, Request request) {
        return "anybody";
      }
    };
  }

  /** Those with a good token, and strangers, who are one owner, on the given paths. */
  static Callers of(RequestOwners owners, Set<String> open) {
    return new Callers() {
      @Override
      public Optional<Object> known(String path, Request request) {
        return open.contains(path) ? Optional.of("strangers") : owners.signedBy(token(request));
      }

      @Override
      public Object require(String path, Request request) {
        return open.contains(path)
            ? "strangers"
            : owners.require(token(request), request.getHeaders().get("X-Tenant-ID"));
      }

      private static String token(Request request) {
        return request.getHeaders().get(HttpHeader.AUTHORIZATION);
      }
    };
  }
}
