package dev.chatmultischema.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.chatmultischema.accounts.MemberDao;
import dev.chatmultischema.api.security.OpenToExternalMembers;
import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.provisioning.TenantAccess;
import io.dropwizard.auth.Auth;
import io.dropwizard.jackson.JsonSnakeCase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;

/** Lists those who may write in a tenant, for each of them and for admins. */
@Tag(name = "Tenants")
@Path("/tenants/{tenant_id}/members")
@Produces(MediaType.APPLICATION_JSON)
public final class MemberResource {

  private final TenantAccess access;
  private final MemberDao members;

  MemberResource(TenantAccess access, MemberDao members) {
    this.access = access;
    this.members = members;
  }

  /**
   * A member.
   *
   * @param email absent for callers other than admins and the owner, and of external members
   */
  @JsonSnakeCase
  public record Member(
      UUID userId, String name, @JsonInclude(JsonInclude.Include.NON_NULL) String email) {}

  /** A page of members; its cursor continues behind it, also at the end of the list. */
  @JsonSnakeCase
  public record MemberPage(List<Member> data, String nextCursor, boolean hasMore) {}

  @Operation(operationId = "listMembers", summary = "List a tenant's members")
  @GET
  @OpenToExternalMembers
  public MemberPage list(
      @Auth Caller caller,
      @PathParam("tenant_id") String tenantId,
      @QueryParam("cursor") String cursor,
      @QueryParam("limit") String limit) {
    var tenant = access.readable(caller, TenantFilter.parse("tenant_id", tenantId));
    boolean showsEmail = caller.mayManage(tenant);
    var page =
        IdPage.read(
            cursor,
            limit,
            (after, max) -> members.page(tenant.tenantId(), after, max),
            MemberDao.Row::userId);
    var data =
        page.rows().stream()
            .map(row -> new Member(row.userId(), row.name(), showsEmail ? row.email() : null))
            .toList();
    return new MemberPage(data, page.next().toString(), page.hasMore());
  }
}
