package dev.chatmultischema.audit;

import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.UUID;

/**
 * A row of the audit: a task of an operator, which has {@code task} and {@code parameters}, or a
 * security event, which has {@code event} and {@code occurrences}. Other fields are null if they
 * are not known.
 */
@JsonSnakeCase
public record AuditEntry(
    long auditId,
    Instant at,
    Instant endedAt,
    String nodeId,
    String task,
    String parameters,
    String reason,
    String event,
    Long occurrences,
    String outcome,
    UUID actorId,
    String address,
    TenantId tenantId,
    UUID userId) {}
