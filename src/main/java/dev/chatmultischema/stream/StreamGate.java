package dev.chatmultischema.stream;

import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.auth.TenantForbidden;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.user.UserDirectory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Collections;
import java.util.Optional;

/** Lets a request through to a stream by its headers, or by a ticket in their place. */
final class StreamGate {

  private final JwtAuthenticator authenticator;
  private final UserDirectory users;
  private final TenantDirectory tenants;
  private final StreamTickets tickets;

  StreamGate(
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
   * Who wants to read whose messages; a ticket is used up by this.
   *
   * @throws dev.chatmultischema.auth.Unauthenticated if the headers have no valid token
   * @throws StreamRefused if the ticket is not valid
   * @throws TenantForbidden if the caller may not use the tenant
   */
  Access enter(HttpServletRequest request, Optional<String> ticket) {
    return ticket.map(this::byTicket).orElseGet(() -> byHeaders(request));
  }

  /** As {@link #enter}, for requests that must change nothing. */
  Access byHeaders(HttpServletRequest request) {
    var caller = authenticator.require(header(request, HttpHeaders.AUTHORIZATION));
    var tenant = TenantFilter.require(tenants, caller, header(request, TenantFilter.HEADER));
    return new Access(caller.userId(), tenant, caller.expiresAt());
  }

  /** As JAX-RS gives it to filters: a repeated one joined, and so no token and no id. */
  private static String header(HttpServletRequest request, String name) {
    var values = Collections.list(request.getHeaders(name));
    return values.isEmpty() ? null : String.join(",", values);
  }

  private Access byTicket(String ticket) {
    var access = tickets.redeem(ticket);
    var caller =
        users
            .findActive(access.user())
            .map(user -> new Caller(user, access.expiresAt()))
            .orElseThrow(StreamRefused::invalidTicket);
    if (tenants.find(access.tenant()).filter(caller::mayUse).isEmpty()) {
      throw new TenantForbidden(access.tenant());
    }
    return access;
  }
}
