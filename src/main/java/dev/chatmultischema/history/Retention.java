package dev.chatmultischema.history;

import io.dropwizard.jackson.JsonSnakeCase;

/**
 * The retention of a tenant's messages.
 *
 * @param retentionDays the days after which messages are deleted; null to keep them
 * @param firstSeq the {@code seq} of the first message that is not deleted
 */
@JsonSnakeCase
public record Retention(Integer retentionDays, long firstSeq) {}
