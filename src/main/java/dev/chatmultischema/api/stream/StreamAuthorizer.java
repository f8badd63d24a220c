package dev.chatmultischema.api.stream;

import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.auth.TenantForbidden;
import dev.chatmultischema.identity.IssuerDirectory;
import dev.chatmultischema.stream.access.StreamGrant;
import dev.chatmultischema.stream.access.StreamRefused;
import dev.chatmultischema.stream.access.StreamTickets;
import dev.chatmultischema.tenant.Tenant;
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
  private final IssuerDirectory issuers;
  private final StreamTickets tickets;

  StreamAuthorizer(
      JwtAuthenticator authenticator,
      UserDirectory users,
      TenantDirectory tenants,
      IssuerDirectory issuers,
      StreamTickets tickets) {
    this.authenticator = authenticator;
    this.users = users;
    this.tenants = tenants;
    this.issuers = issuers;
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
    var named = header(request, TenantFilter.HEADER);
    var caller =
        authenticator.require(header(request, HttpHeaders.AUTHORIZATION), TenantFilter.find(named));
    return StreamGrant.of(caller, TenantFilter.require(tenants, caller, named));
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
    if (tenants.find(grant.tenant()).filter(tenant -> mayUse(grant, tenant)).isEmpty()) {
      throw new TenantForbidden(grant.tenant());
    }
    return grant;
  }

  private boolean mayUse(StreamGrant grant, Tenant tenant) {
    if (grant.proof().isPresent()) {
      if (!issuers.isInForce(grant.tenant(), grant.proof().get())) {
        throw StreamRefused.invalidTicket();
      }
      return true;
    }
    return users
        .findActive(grant.user(), grant.tokenVersion())
        .map(user -> new Caller(user, grant.expiresAt()))
        .orElseThrow(StreamRefused::invalidTicket)
        .mayUse(tenant);
  }
}
