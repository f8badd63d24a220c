package dev.chatmultischema.api;

import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.auth.FailedLogins;
import dev.chatmultischema.auth.JwtTokens;
import dev.chatmultischema.auth.PasswordHashing;
import dev.chatmultischema.auth.TooManyLogins;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.http.request.ClientAddresses;
import dev.chatmultischema.limits.LimitExceeded;
import dev.chatmultischema.limits.LoginLimits;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.AccountText;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import dev.chatmultischema.user.UserDao;
import dev.chatmultischema.user.UserDao.Login;
import io.dropwizard.jackson.JsonSnakeCase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Issues a token for an e-mail address and a password; needs no authentication. */
@Tag(name = "Authentication")
@Path("/authentication/login")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class LoginResource {

  /**
   * The delay in the queue of a login from where the user has logged in before: a flood of logins
   * from new addresses must not displace it.
   */
  private static final Duration KNOWN_FIRST = Duration.ofSeconds(-10);

  private final UserDao users;
  private final PasswordHashing passwords;
  private final JwtTokens tokens;
  private final SecurityEvents events;
  private final LoginLimits limits;
  private final ClientAddresses addresses;
  private final FailedLogins failures = new FailedLogins();

  LoginResource(
      UserDao users,
      PasswordHashing passwords,
      JwtTokens tokens,
      SecurityEvents events,
      LoginLimits limits,
      ClientAddresses addresses) {
    this.users = users;
    this.passwords = passwords;
    this.tokens = tokens;
    this.events = events;
    this.limits = limits;
    this.addresses = addresses;
  }

  /** The body of a request to log in. */
  public record Credentials(@NotEmpty String email, @NotEmpty String password) {}

  /** A bearer token and its user. */
  @JsonSnakeCase
  public record Session(String token, String tokenType, Instant expiresAt, Profile user) {}

  /** The fields of the user that a client needs. */
  @JsonSnakeCase
  public record Profile(UUID userId, String name, String email, Role role, TenantId tenantId) {
    static Profile of(User user) {
      return new Profile(user.userId(), user.name(), user.email(), user.role(), user.tenantId());
    }
  }

  /**
   * Logs a user in. A wrong password, an unknown user and a disabled user cause the same response
   * after the same time: 401 {@code invalid_credentials}. The stage fails with {@link
   * dev.chatmultischema.auth.TooManyLogins} if too many passwords are queued, and with {@link
   * LimitExceeded} after too many failures, whether the password is right or not.
   */
  @Operation(operationId = "login", summary = "Log in")
  @POST
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = Session.class)))
  public CompletionStage<Response> login(
      @NotNull @Valid Credentials credentials, @Context HttpServletRequest request) {
    var given = AccountText.email(credentials.email());
    // No user has an address that cannot be stored; the response is as late as for any other.
    var email = AccountText.isStorable(given) ? given : "";
    var address = addresses.of(request);
    LoginLimits.Attempt attempt;
    try {
      attempt = limits.begin(email, ClientAddresses.network(address));
    } catch (LimitExceeded e) {
      var outcome = "limit " + e.limit().name().label();
      events.count(event(EventType.LOGIN_LIMITED, outcome, Optional.empty(), address));
      return passwords.refuse(e);
    }
    try {
      return verify(credentials, email, address, attempt);
    } catch (RuntimeException e) {
      attempt.cancel();
      throw e;
    }
  }

  private CompletionStage<Response> verify(
      Credentials credentials, String email, String address, LoginLimits.Attempt attempt) {
    var login = users.findLogin(email);
    var client = ClientAddresses.network(address);
    var delay = attempt.isKnown() ? KNOWN_FIRST : failures.delay(email, client);
    // The attempt is counted before its result is known: queued and refused attempts count too.
    failures.count(email, client);
    var session = new CompletableFuture<Response>();
    passwords
        .verify(credentials.password(), login.map(Login::password).orElse(null), delay)
        .whenComplete(
            (verdict, failure) -> {
              try {
                if (failure != null) {
                  attempt.cancel();
                  if (failure instanceof TooManyLogins) {
                    events.count(event(EventType.LOGIN_LIMITED, "too many logins", login, address));
                  }
                  session.completeExceptionally(failure);
                } else if (verdict.matches() && login.filter(Login::enabled).isPresent()) {
                  attempt.succeeded();
                  failures.forget(email);
                  session.complete(openSession(login.get(), verdict.better()));
                } else {
                  var reason =
                      login.isEmpty()
                          ? "unknown e-mail address"
                          : verdict.matches() ? "disabled user" : "wrong password";
                  events.count(event(EventType.LOGIN_FAILED, reason, login, address));
                  session.completeExceptionally(invalidCredentials());
                }
              } catch (RuntimeException e) {
                session.completeExceptionally(e);
              }
            });
    return session;
  }

  private Response openSession(Login login, String strongerHash) {
    var user = login.user();
    if (strongerHash != null) {
      users.upgradePassword(user.userId(), login.password(), strongerHash);
    }
    var issued = tokens.issue(user);
    var session = new Session(issued.token(), "Bearer", issued.expiresAt(), Profile.of(user));
    // No cache may keep a token (RFC 6749, section 5.1).
    return Response.ok(session).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }

  /** Returns an event without the e-mail address, in whose field people type passwords, too. */
  private static SecurityEvent event(
      EventType type, String outcome, Optional<Login> login, String client) {
    var user = login.map(Login::user);
    return SecurityEvent.of(type, outcome)
        .from(client)
        .on(user.map(User::userId).orElse(null))
        .on(user.map(User::tenantId).orElse(null));
  }

  private static ProblemException invalidCredentials() {
    return new ProblemException(
        Problem.of(401, "invalid_credentials", "the e-mail address or the password is wrong"));
  }
}
