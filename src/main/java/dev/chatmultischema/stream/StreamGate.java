package dev.chatmultischema.stream;

import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.auth.TenantFilter;
import dev.chatmultischema.problem.Problem;
import dev.chatmultischema.problem.ProblemException;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.user.UserDirectory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;

/** Lets a request through to a stream by its headers, or by a ticket in their place. */
final class StreamGate {

  /** No position was given. */
  static final long NOWHERE = -1;

  private static final String TICKET = "ticket";
  private static final String LAST_EVENT_ID = "Last-Event-ID";
  private static final String LAST_EVENT_ID_PARAMETER = "last_event_id";

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
   * @throws ProblemException if it may not
   */
  Access enter(HttpServletRequest request) {
    var ticket = request.getParameter(TICKET);
    return ticket == null ? byHeaders(request) : byTicket(ticket);
  }

  /** As {@link #enter}, for requests that must change nothing. */
  Access byHeaders(HttpServletRequest request) {
    var caller = authenticator.require(request.getHeader(HttpHeaders.AUTHORIZATION));
    var tenant = TenantFilter.require(tenants, caller, request.getHeader(TenantFilter.HEADER));
    return new Access(caller.userId(), tenant, caller.expiresAt());
  }

  private Access byTicket(String ticket) {
    var access = tickets.redeem(ticket);
    var caller =
        users
            .findActive(access.user())
            .map(user -> new Caller(user, access.expiresAt()))
            .orElseThrow(StreamTickets::invalid);
    if (tenants.find(access.tenant()).filter(caller::mayUse).isEmpty()) {
      throw TenantFilter.forbidden();
    }
    return access;
  }

  /**
   * The {@code seq} to go on after, or {@link #NOWHERE}. A browser that reconnects repeats the
   * query of its first request, so the header, which is newer, goes first.
   */
  static long position(HttpServletRequest request) {
    var header = request.getHeader(LAST_EVENT_ID);
    return header == null || header.isBlank()
        ? position(LAST_EVENT_ID_PARAMETER, request.getParameter(LAST_EVENT_ID_PARAMETER))
        : position(LAST_EVENT_ID, header);
  }

  private static long position(String name, String text) {
    if (text == null || text.isBlank()) {
      return NOWHERE;
    }
    try {
      long position = Long.parseLong(text.trim());
      if (position >= 0) {
        return position;
      }
    } catch (NumberFormatException e) {
      throw invalid(name);
    }
    throw invalid(name);
  }

  private static ProblemException invalid(String name) {
    return new ProblemException(
        Problem.invalidParameter(name, "must be a whole number of at least 0"));
  }
}
