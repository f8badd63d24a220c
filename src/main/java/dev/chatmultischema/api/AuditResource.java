package dev.chatmultischema.api;

import dev.chatmultischema.audit.AuditDao;
import dev.chatmultischema.audit.AuditEntry;
import dev.chatmultischema.auth.Caller;
import io.dropwizard.auth.Auth;
import io.dropwizard.jackson.JsonSnakeCase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;

/** Reads the audit of operators' tasks and security events; for admins only. */
@Tag(name = "Service")
@Path("/audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {

  private final AuditDao audit;

  AuditResource(AuditDao audit) {
    this.audit = audit;
  }

  /** A page of the audit; its cursor continues with older entries, also after the oldest. */
  @JsonSnakeCase
  public record AuditPage(List<AuditEntry> data, String nextCursor, boolean hasMore) {}

  @Operation(operationId = "listAudit", summary = "List operators' tasks and security events")
  @GET
  @RolesAllowed("admin")
  public AuditPage list(
      @Auth Caller caller, @QueryParam("cursor") String cursor, @QueryParam("limit") String limit) {
    var page =
        IdPage.read(
            cursor,
            limit,
            (after, max) -> audit.newest(below(after), max),
            entry -> new UUID(0, entry.auditId()));
    return new AuditPage(page.rows(), page.next().toString(), page.hasMore());
  }

  /** Returns the id that a cursor has in its lower half; the first page begins at the newest. */
  private static long below(UUID cursor) {
    return cursor.equals(IdCursor.START.id()) ? Long.MAX_VALUE : cursor.getLeastSignificantBits();
  }
}
