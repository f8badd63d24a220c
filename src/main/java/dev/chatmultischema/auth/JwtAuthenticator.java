package dev.chatmultischema.auth;

import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.UserDirectory;
import io.dropwizard.auth.Authenticator;
import java.util.Optional;

/**
 * Authenticates the bearer of a valid token: of a token of this service if its user exists, is not
 * disabled and has ended no tokens since, and of a token of another issuer as a {@link
 * TokenVerifier} does.
 */
public final class JwtAuthenticator implements Authenticator<BearerCredentials, Caller> {

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
  public Optional<Caller> authenticate(BearerCredentials credentials) {
    var token = credentials.token();
    var own = tokens.verify(token);
    return own.isPresent()
        ? own.flatMap(this::activeCaller)
        : otherTenant(credentials).flatMap(tenant -> others.authenticate(token, tenant));
  }

  private Optional<Caller> activeCaller(JwtTokens.Claims claims) {
    return users
        .findActive(claims.userId(), claims.tokenVersion())
        .map(user -> new Caller(user, claims.acceptedUntil()));
  }

  /**
   * Returns the tenant that a request with a token of another issuer names. Several tenants may
   * have registered one issuer, so the token alone does not name its tenant.
   */
  private Optional<TenantId> otherTenant(BearerCredentials credentials) {
    return credentials
        .tenant()
        .filter(tenant -> tokens.otherIssuer(credentials.token()).isPresent());
  }

  /**
   * Returns the key whose share of memory a request counts towards, by the signature of its token
   * only: the id of the user, active or not, or that of a {@link TokenVerifier}; empty if the
   * request will be refused. Does not block.
   */
  public Optional<Object> budgetKey(BearerCredentials credentials) {
    return tokens
        .verify(credentials.token())
        .<Object>map(JwtTokens.Claims::userId)
        .or(
            () ->
                otherTenant(credentials)
                    .flatMap(tenant -> others.budgetKey(credentials.token(), tenant)));
  }

  /**
   * Returns the caller whom the value of an {@code Authorization} header authenticates.
   *
   * @param tenant the tenant that the request names
   * @throws Unauthenticated if the value is null or no valid token of an active user
   */
  public Caller require(String authorization, Optional<TenantId> tenant) {
    return BearerCredentials.of(authorization, tenant)
        .flatMap(this::authenticate)
        .orElseThrow(Unauthenticated::new);
  }
}
