package dev.chatmultischema.auth;

import dev.chatmultischema.tenant.TenantId;
import java.util.Optional;

/**
 * Verifies tokens of issuers other than this service. {@link JwtAuthenticator} calls it with tokens
 * that name another issuer, which it has not verified; calls come from many threads at once, one or
 * two for each request, so an implementation caches what it has verified.
 */
public interface TokenVerifier {

  /** Accepts no token. */
  TokenVerifier NONE =
      new TokenVerifier() {
        @Override
        public Optional<Object> budgetKey(String token, TenantId tenant) {
          return Optional.empty();
        }

        @Override
        public Optional<Caller> authenticate(String token, TenantId tenant) {
          return Optional.empty();
        }
      };

  /**
   * Returns the key whose share of memory a request counts towards: that of the caller, or one for
   * all requests whose tokens have not been verified yet; empty if the token cannot be valid for
   * the tenant. Must not block: the thread reads the headers of a request.
   *
   * @param tenant the tenant that the request names
   */
  Optional<Object> budgetKey(String token, TenantId tenant);

  /**
   * Returns the caller whom a token authenticates for a tenant, or empty if the token is not valid.
   *
   * @param tenant the tenant that the request names
   */
  Optional<Caller> authenticate(String token, TenantId tenant);
}
