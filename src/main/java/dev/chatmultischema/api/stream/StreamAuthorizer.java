package dev.chatmultischema.api.stream;

import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.auth.TenantForbidden;
import dev.chatmultischema.stream.access.StreamGrant;
import dev.chatmultischema.stream.access.StreamRefused;
import dev.chatmultischema.stream.access.StreamTickets;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.user.UserDirectory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Collections;
import java.util.Optional;

/** Authorizes requests for streams by their headers, or by a ticket instead. */
final class StreamAuthorizer {

  private final JwtAuthenticator authenticator;
  private final UserDirectory users;
  private final TenantDirectory tenants;
  private final StreamTickets tickets;

  StreamAuthorizer(
      JwtAuthenticator authenticator,
      UserDirectory users,
      TenantDirectory tenants,
      StreamTickets tickets) {
    this.authenticator = authenticator;
    this.users = users;
    this.tenants = tenants;
    this.tickets = tickets;
  }

  /**
   * Returns the grant of a request; no later call accepts the same ticket.
   *
   * @throws dev.chatmultischema.auth.Unauthenticated if the headers have no valid token
   * @throws dev.chatmultischema.http.problem.ProblemException 400 if {@code X-Tenant-ID} has no
   *     tenant's id
   * @throws StreamRefused if the ticket is not valid
   * @throws TenantForbidden if the caller may not use the tenant
   */
  StreamGrant authorize(HttpServletRequest request, Optional<String> ticket) {
    return ticket.map(this::redeem).orElseGet(() -> check(request));
  }

  /** Returns the grant of a request by its headers only; has no effect on tickets. */
  StreamGrant check(HttpServletRequest request) {
    var caller = authenticator.require(header(request, HttpHeaders.AUTHORIZATION));
    var tenant = TenantFilter.require(tenants, caller, header(request, TenantFilter.HEADER));
    return new StreamGrant(
        caller.userId(), caller.user().tokenVersion(), tenant, caller.expiresAt());
  }

  /**
   * Returns a header's value as JAX-RS does: the values of a repeated header are joined, and are
   * then neither a token nor an id.
   */
  private static String header(HttpServletRequest request, String name) {
    var values = Collections.list(request.getHeaders(name));
    return values.isEmpty() ? null : String.join(",", values);
  }

  private StreamGrant redeem(String ticket) {
    var grant = tickets.redeem(ticket);
    var caller =
        users
            .findActive(grant.user(), grant.tokenVersion())
            .map(user -> new Caller(user, grant.expiresAt()))
            .orElseThrow(StreamRefused::invalidTicket);
    if (tenants.find(grant.tenant()).filter(caller::mayUse).isEmpty()) {
      throw new TenantForbidden(grant.tenant());
    }
    return grant;
  }
}
