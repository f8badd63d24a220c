package dev.chatmultischema.api;

import dev.chatmultischema.accounts.Accounts;
import dev.chatmultischema.auth.Caller;
import io.dropwizard.auth.Auth;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

/** Ends the tokens of callers. */
@Tag(name = "Authentication")
@Path("/authentication/logout-all")
public final class LogoutResource {

  private final Accounts accounts;

  LogoutResource(Accounts accounts) {
    this.accounts = accounts;
  }

  /**
   * Ends all tokens that were issued to the caller before, the presented one included, on this node
   * at once, and their streams within seconds.
   */
  @Operation(operationId = "logoutAll", summary = "End all tokens of the caller")
  @POST
  @ApiResponse(responseCode = "204", description = "Ended")
  public void logoutAll(@Auth Caller caller) {
    accounts.logoutAll(caller);
  }
}
