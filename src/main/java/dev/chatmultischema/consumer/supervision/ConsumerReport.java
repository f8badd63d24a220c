package dev.chatmultischema.consumer.supervision;

import dev.chatmultischema.tenant.Tenant.DesiredState;
import dev.chatmultischema.tenant.TenantId;

/**
 * What one node knows of one tenant's consumer.
 *
 * @param wanted what is wanted of it, on whichever node
 * @param actual what it does on this node: {@code running}, {@code paused}, {@code stuck}, {@code
 *     starting}, {@code stopping}, {@code stopped}, {@code down}, or {@code elsewhere} where
 *     another node is to consume
 * @param inFlight deliveries that wait or are being stored here
 * @param processed deliveries settled since this node started
 * @param lastError when and why something last went wrong; empty if nothing did
 */
public record ConsumerReport(
    TenantId tenant,
    DesiredState wanted,
    String actual,
    int workers,
    int inFlight,
    long processed,
    String lastError) {}
