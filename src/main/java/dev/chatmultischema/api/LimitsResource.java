package dev.chatmultischema.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.limits.LimitOverrides;
import dev.chatmultischema.limits.Overrides;
import dev.chatmultischema.limits.TenantLimits;
import dev.chatmultischema.provisioning.TenantAccess;
import io.dropwizard.auth.Auth;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.Optional;

/** Shows admins the limits of a tenant, and sets those that differ from the configured ones. */
@Tag(name = "Tenants")
@Path("/tenants/{tenant_id}/limits")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class LimitsResource {

  private final TenantAccess access;
  private final LimitOverrides limits;
  private final SecurityEvents events;
  private final ObjectMapper json;

  LimitsResource(
      TenantAccess access, LimitOverrides limits, SecurityEvents events, ObjectMapper json) {
    this.access = access;
    this.limits = limits;
    this.events = events;
    this.json = json;
  }

  /**
   * The limits that apply to a tenant and its users.
   *
   * @param overrides those of them that were set for the tenant, by name
   */
  public record AppliedLimits(@JsonUnwrapped TenantLimits limits, Map<String, Long> overrides) {}

  /** Returns the limits of a tenant. */
  @Operation(operationId = "getTenantLimits", summary = "Read a tenant's limits")
  @GET
  public AppliedLimits get(@Auth Caller caller, @PathParam("tenant_id") String tenantId) {
    var tenant = TenantFilter.parse("tenant_id", tenantId);
    return applied(
        access.administer(caller, tenant, handle -> Optional.of(limits.find(handle, tenant))));
  }

  /**
   * Sets all overrides of a tenant: a limit that is null or absent is the configured one from now
   * on. Every node applies them within 5 seconds.
   */
  @Operation(operationId = "setTenantLimits", summary = "Override the limits of a tenant")
  @PUT
  public AppliedLimits set(
      @Auth Caller caller,
      @PathParam("tenant_id") String tenantId,
      @NotNull @Valid Overrides overrides) {
    var tenant = TenantFilter.parse("tenant_id", tenantId);
    var stored =
        access.administer(
            caller,
            tenant,
            handle -> {
              var changed = limits.change(handle, tenant, before -> overrides);
              var outcome = "overrides are " + byName(overrides);
              events.record(
                  handle,
                  SecurityEvent.of(EventType.LIMITS_CHANGED, outcome)
                      .by(caller.userId())
                      .on(tenant));
              return changed;
            });
    limits.announce();
    return applied(stored);
  }

  private Map<String, Long> byName(Overrides overrides) {
    return json.convertValue(overrides, new TypeReference<Map<String, Long>>() {});
  }

  private AppliedLimits applied(Overrides overrides) {
    return new AppliedLimits(limits.effective(overrides), byName(overrides));
  }
}
