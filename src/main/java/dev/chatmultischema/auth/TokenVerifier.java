package dev.chatmultischema.auth;

import java.util.Optional;
import java.util.UUID;

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
        public Optional<UUID> verify(String token, String issuer) {
          return Optional.empty();
        }

        @Override
        public Optional<Caller> authenticate(String token, String issuer) {
          return Optional.empty();
        }
      };

  /**
   * Returns the id of the user whom a validly signed token names, or empty if the token is not
   * valid. Must not block: the thread reads the headers of a request.
   *
   * @param issuer the unverified {@code iss} of the token
   */
  Optional<UUID> verify(String token, String issuer);

  /**
   * Returns the caller whom a token authenticates, or empty if the token is not valid.
   *
   * @param issuer the unverified {@code iss} of the token
   */
  Optional<Caller> authenticate(String token, String issuer);
}
