package dev.chatmultischema.auth;

import dev.chatmultischema.user.UserDirectory;
import io.dropwizard.auth.Authenticator;
import java.util.Optional;
import java.util.UUID;

/**
 * Authenticates the bearer of a valid token: of a token of this service if its user exists, is not
 * disabled and has ended no tokens since, and of a token of another issuer as a {@link
 * TokenVerifier} does.
 */
public final class JwtAuthenticator implements Authenticator<String, Caller> {

  private final JwtTokens tokens;
  private final UserDirectory users;
  private final TokenVerifier others;

  /**
   * @param others verifies the tokens of other issuers
   */
  public JwtAuthenticator(JwtTokens tokens, UserDirectory users, TokenVerifier others) {
    this.tokens = tokens;
    this.users = users;
    this.others = others;
  }

  @Override
  public Optional<Caller> authenticate(String token) {
    var own = tokens.verify(token);
    return own.isPresent()
        ? own.flatMap(this::activeCaller)
        : tokens.otherIssuer(token).flatMap(issuer -> others.authenticate(token, issuer));
  }

  private Optional<Caller> activeCaller(JwtTokens.Claims claims) {
    return users
        .findActive(claims.userId(), claims.tokenVersion())
        .map(user -> new Caller(user, claims.acceptedUntil()));
  }

  /**
   * Returns the id of the user whom the value of an {@code Authorization} header names, by the
   * signature of its token only, whether or not the user is active. Does not block.
   */
  public Optional<UUID> signedUser(String authorization) {
    return Optional.ofNullable(BearerToken.of(authorization))
        .flatMap(
            token ->
                tokens
                    .verify(token)
                    .map(JwtTokens.Claims::userId)
                    .or(
                        () ->
                            tokens
                                .otherIssuer(token)
                                .flatMap(issuer -> others.verify(token, issuer))));
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
