package dev.chatmultischema.api.security;

import dev.chatmultischema.auth.BearerCredentials;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.ExternalForbidden;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.auth.Unauthenticated;
import io.dropwizard.auth.AuthFilter;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.List;
import org.glassfish.jersey.server.ExtendedUriInfo;

/**
 * Authenticates the bearer token of {@code Authorization} (RFC 6750); throws {@link
 * Unauthenticated} if there is no valid token. Refuses external members of a tenant wherever a
 * resource method is not open to them.
 */
@Priority(Priorities.AUTHENTICATION)
final class BearerFilter extends AuthFilter<BearerCredentials, Caller> {

  private static final String TENANT_PARAMETER = "tenant_id";

  private BearerFilter() {}

  @Override
  public void filter(ContainerRequestContext request) {
    var credentials =
        BearerCredentials.of(
            request.getHeaderString(HttpHeaders.AUTHORIZATION),
            TenantFilter.find(
                request
                    .getUriInfo()
                    .getPathParameters()
                    .getOrDefault(TENANT_PARAMETER, header(request))
                    .get(0)));
    if (!authenticate(request, credentials.orElse(null), SecurityContext.CLIENT_CERT_AUTH)) {
      throw new Unauthenticated();
    }
    if (request.getSecurityContext().getUserPrincipal() instanceof Caller caller
        && caller.isExternal()
        && !isOpenToExternalMembers(request)) {
      throw new ExternalForbidden();
    }
  }

  /** Returns the value of {@code X-Tenant-ID}, which is null without the header. */
  private static List<String> header(ContainerRequestContext request) {
    return Collections.singletonList(request.getHeaderString(TenantFilter.HEADER));
  }

  private static boolean isOpenToExternalMembers(ContainerRequestContext request) {
    return request.getUriInfo() instanceof ExtendedUriInfo info
        && isOpenToExternalMembers(
            info.getMatchedResourceMethod().getInvocable().getHandlingMethod());
  }

  private static boolean isOpenToExternalMembers(Method method) {
    return method.isAnnotationPresent(OpenToExternalMembers.class)
        || method.isAnnotationPresent(TenantScoped.class)
        || method.getDeclaringClass().isAnnotationPresent(TenantScoped.class);
  }

  static BearerFilter with(JwtAuthenticator authenticator) {
    return new Builder()
        .setAuthenticator(authenticator)
        .setAuthorizer(
            (caller, role, request) ->
                !caller.isExternal() && caller.user().role().label().equals(role))
        .buildAuthFilter();
  }

  private static final class Builder
      extends AuthFilterBuilder<BearerCredentials, Caller, BearerFilter> {
    @Override
    protected BearerFilter newInstance() {
      return new BearerFilter();
    }
  }
}
