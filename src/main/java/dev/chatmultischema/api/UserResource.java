package dev.chatmultischema.api;

import dev.chatmultischema.accounts.Accounts;
import dev.chatmultischema.accounts.NewUser;
import dev.chatmultischema.accounts.UserPatch;
import dev.chatmultischema.accounts.UserRules;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.user.User;
import dev.chatmultischema.user.UserDao;
import io.dropwizard.auth.Auth;
import io.dropwizard.jackson.JsonSnakeCase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.UUID;

/** Creates, reads, changes and deletes users, as {@link UserRules} allows; hides passwords. */
@Tag(name = "Users")
@Path("/users")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class UserResource {

  private static final String MERGE_PATCH = "application/merge-patch+json";

  private final UserDao users;
  private final Accounts accounts;

  UserResource(UserDao users, Accounts accounts) {
    this.users = users;
    this.accounts = accounts;
  }

  /** A page of users; its cursor continues behind it, also at the end of the list. */
  @JsonSnakeCase
  public record UserPage(List<User> data, String nextCursor, boolean hasMore) {}

  @Operation(operationId = "createUser", summary = "Create a user")
  @POST
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = User.class)))
  public Response create(@Auth Caller caller, @NotNull @Valid NewUser user) {
    var created = accounts.create(caller, user);
    return Response.created(URI.create("/users/" + created.userId())).entity(created).build();
  }

  /** Returns the members of the tenants that the caller owns; for admins, all users. */
  @Operation(operationId = "listUsers", summary = "List users")
  @GET
  public UserPage list(
      @Auth Caller caller, @QueryParam("cursor") String cursor, @QueryParam("limit") String limit) {
    var page =
        IdPage.read(
            cursor,
            limit,
            (after, max) -> users.page(after, caller.userId(), caller.isAdmin(), max),
            User::userId);
    return new UserPage(page.rows(), page.next().toString(), page.hasMore());
  }

  @Operation(operationId = "getMe", summary = "Read the caller's own user")
  @GET
  @Path("/me")
  public User me(@Auth Caller caller) {
    return accounts.find(caller, caller.userId());
  }

  @Operation(operationId = "getUser", summary = "Read a user")
  @GET
  @Path("/{user_id}")
  public User get(@Auth Caller caller, @PathParam("user_id") String userId) {
    return accounts.find(caller, parse(userId));
  }

  /** Changes the fields that the patch has. */
  @Operation(operationId = "changeUser", summary = "Change a user")
  @PATCH
  @Path("/{user_id}")
  @Consumes({MediaType.APPLICATION_JSON, MERGE_PATCH})
  public User change(
      @Auth Caller caller, @PathParam("user_id") String userId, @NotNull @Valid UserPatch patch) {
    return accounts.change(caller, parse(userId), patch);
  }

  @Operation(operationId = "deleteUser", summary = "Delete a user")
  @DELETE
  @Path("/{user_id}")
  @ApiResponse(responseCode = "204", description = "Deleted")
  public void delete(@Auth Caller caller, @PathParam("user_id") String userId) {
    accounts.delete(caller, parse(userId));
  }

  private static UUID parse(String text) {
    return StrictUuid.parse(text)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.invalidId("invalid_user", "user_id", "a user's id must be a UUID")));
  }
}
