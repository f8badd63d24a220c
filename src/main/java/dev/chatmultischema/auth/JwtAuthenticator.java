package dev.chatmultischema.auth;

import dev.chatmultischema.user.UserDirectory;
import io.dropwizard.auth.Authenticator;
import java.util.Optional;

/** Accepts a good token of a user who still exists and is not disabled. */
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
   * Who the value of an {@code Authorization} header stands for, where no filter asks for it; a
   * problem 401 if it is null or no good.
   */
  public Caller require(String authorization) {
    return Optional.ofNullable(BearerFilter.token(authorization))
        .flatMap(this::authenticate)
        .orElseThrow(BearerFilter::unauthenticated);
  }
}
