package dev.chatmultischema.auth;

import dev.chatmultischema.user.UserDirectory;
import io.dropwizard.auth.Authenticator;
import java.util.Optional;

/** Authenticates the bearer of a valid token whose user exists and is not disabled. */
public final class JwtAuthenticator implements Authenticator<String, Caller> {

  private final JwtTokens tokens;
  private final UserDirectory users;

  public JwtAuthenticator(JwtTokens tokens, UserDirectory users) {
    this.tokens = tokens;
    this.users = users;
  }

  @Override
  public Optional<Caller> authenticate(String token) {
    return tokens
        .verify(token)
        .flatMap(
            claims ->
                users
                    .findActive(claims.userId())
                    .map(user -> new Caller(user, claims.acceptedUntil())));
  }

  /**
   * Returns the caller whom the value of an {@code Authorization} header authenticates.
   *
   * @throws Unauthenticated if the value is null or no valid token of an active user
   */
  public Caller require(String authorization) {
    return Optional.ofNullable(BearerToken.of(authorization))
        .flatMap(this::authenticate)
        .orElseThrow(Unauthenticated::new);
  }
}
