package dev.chatmultischema.auth;

import io.dropwizard.auth.AuthFilter;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;

/**
 * Takes the token from {@code Authorization}, with {@code Bearer} (RFC 6750) or bare; 401 without a
 * good one.
 */
@Priority(Priorities.AUTHENTICATION)
final class BearerFilter extends AuthFilter<String, Caller> {

  private static final String SCHEME = "Bearer ";

  private BearerFilter() {}

  @Override
  public void filter(ContainerRequestContext request) {
    var header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    if (!authenticate(request, token(header), SecurityContext.CLIENT_CERT_AUTH)) {
      throw new Unauthenticated();
    }
  }

  static String token(String header) {
    if (header == null) {
      return null;
    }
    return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? header.substring(SCHEME.length()).trim()
        : header.trim();
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
