package dev.chatmultischema.api.security;

import dev.chatmultischema.auth.BearerToken;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.auth.Unauthenticated;
import io.dropwizard.auth.AuthFilter;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;

/**
 * Authenticates the bearer token of {@code Authorization} (RFC 6750); throws {@link
 * Unauthenticated} if there is no valid token.
 */
@Priority(Priorities.AUTHENTICATION)
final class BearerFilter extends AuthFilter<String, Caller> {

  private BearerFilter() {}

  @Override
  public void filter(ContainerRequestContext request) {
    var header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    if (!authenticate(request, BearerToken.of(header), SecurityContext.CLIENT_CERT_AUTH)) {
      throw new Unauthenticated();
    }
  }

  static BearerFilter with(JwtAuthenticator authenticator) {
    return new Builder()
        .setAuthenticator(authenticator)
        .setAuthorizer((caller, role, request) -> caller.user().role().label().equals(role))
        .buildAuthFilter();
  }

  private static final class Builder extends AuthFilterBuilder<String, Caller, BearerFilter> {
    @Override
    protected BearerFilter newInstance() {
      return new BearerFilter();
    }
  }
}
