package dev.chatmultischema.consumer.supervision;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.tenant.Tenant.DesiredState;
import dev.chatmultischema.tenant.TenantId;

/**
 * One node's report of one tenant's consumer.
 *
 * @param desired the desired state of the consumer, on the node that is assigned
 * @param actual the actual state on this node: {@code running}, {@code paused}, {@code stuck},
 *     {@code starting}, {@code stopping}, {@code stopped}, {@code down}, or {@code elsewhere} if
 *     another node is assigned
 * @param inFlight the number of deliveries that wait or are being stored on this node
 * @param processed the number of deliveries settled since this node started
 * @param lastError the time and the reason of the last failure; empty if there was none
 */
public record ConsumerReport(
    TenantId tenant,
    // The name that nodes of earlier releases read and write.
    @JsonProperty("wanted") DesiredState desired,
    String actual,
    int workers,
    int inFlight,
    long processed,
    String lastError) {}
