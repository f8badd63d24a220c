package dev.chatmultischema.auth;

import dev.chatmultischema.problem.Problem;
import dev.chatmultischema.problem.ProblemException;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import dev.chatmultischema.user.UserDao;
import io.dropwizard.jackson.JsonSnakeCase;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.UUID;

/** Gives a token for an e-mail address and a password; open to everybody. */
@Path("/authentication/login")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class LoginResource {

  private final UserDao users;
  private final Passwords passwords;
  private final JwtTokens tokens;

  public LoginResource(UserDao users, Passwords passwords, JwtTokens tokens) {
    this.users = users;
    this.passwords = passwords;
    this.tokens = tokens;
  }

  /** What to log in with. */
  public record Credentials(@NotEmpty String email, @NotEmpty String password) {}

  /** A token and whose it is. */
  @JsonSnakeCase
  public record Session(String token, String tokenType, Instant expiresAt, Profile user) {}

  /** The user as far as a client needs it. */
  @JsonSnakeCase
  public record Profile(UUID userId, String name, String email, Role role, TenantId tenantId) {
    static Profile of(User user) {
      return new Profile(user.userId(), user.name(), user.email(), user.role(), user.tenantId());
    }
  }

  /**
   * Refuses a wrong password, an unknown and a disabled user in the same words and the same time.
   */
  @POST
  public Session login(@NotNull @Valid Credentials credentials) {
    var login = users.findLogin(credentials.email());
    var hash = login.map(UserDao.Login::passwordHash).orElse(null);
    var matches = passwords.verify(credentials.password(), hash);
    var user =
        login
            .filter(found -> matches && !found.disabled())
            .flatMap(found -> users.find(found.userId()))
            .orElseThrow(LoginResource::invalidCredentials);
    if (Passwords.outdated(hash)) {
      users.setPassword(user.userId(), passwords.hash(credentials.password()));
    }
    var issued = tokens.issue(user.userId());
    return new Session(issued.token(), "Bearer", issued.expiresAt(), Profile.of(user));
  }

  private static ProblemException invalidCredentials() {
    return new ProblemException(
        Problem.of(401, "invalid_credentials", "the e-mail address or the password is wrong"));
  }
}
