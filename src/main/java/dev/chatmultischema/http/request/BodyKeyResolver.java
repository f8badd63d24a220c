package dev.chatmultischema.http.request;

import dev.chatmultischema.http.limits.BudgetKeyResolver;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Resolves the budget keys of the request bodies of one port. */
public interface BodyKeyResolver {

  /**
   * Returns the key of a request as far as it is known without blocking; empty if the request will
   * be refused regardless of its body, so that the body need not be read.
   */
  Optional<Object> resolveQuickly(String path, Request request);

  /**
   * Returns the key of a request whose body is not small. May block.
   *
   * @throws RuntimeException if the request will be refused regardless of its body
   */
  Object resolve(String path, Request request);

  /** Returns one key for all requests, as on a port without authentication. */
  static BodyKeyResolver constant(Object key) {
    return new BodyKeyResolver() {
      @Override
      public Optional<Object> resolveQuickly(String path, Request request) {
        return Optional.of(key);
      }

      @Override
      public Object resolve(String path, Request request) {
        return key;
      }
    };
  }

  /**
   * Returns the keys of authenticated callers.
   *
   * @param openPaths paths without authentication, whose requests have one key together
   */
  static BodyKeyResolver authenticated(BudgetKeyResolver keys, Set<String> openPaths) {
    return new BodyKeyResolver() {
      private static final Object UNAUTHENTICATED = "unauthenticated";

      @Override
      public Optional<Object> resolveQuickly(String path, Request request) {
        return openPaths.contains(path)
            ? Optional.of(UNAUTHENTICATED)
            : keys.resolveSigned(token(request), tenant(request));
      }

      @Override
      public Object resolve(String path, Request request) {
        return openPaths.contains(path)
            ? UNAUTHENTICATED
            : keys.resolve(token(request), tenant(request));
      }

      private static String tenant(Request request) {
        return request.getHeaders().get("X-Tenant-ID");
      }

      private static String token(Request request) {
        return request.getHeaders().get(HttpHeader.AUTHORIZATION);
      }
    };
  }
}
