package dev.chatmultischema.limits;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.dropwizard.jackson.JsonSnakeCase;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * The limits that an admin has set for a tenant in place of the configured ones, 1 to {@value
 * #MAX}; null for each that is not overridden.
 */
@JsonSnakeCase
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Overrides(
    @Min(1) @Max(MAX) Long messagesPerSecond,
    @Min(1) @Max(MAX) Long bytesPerSecond,
    @Min(1) @Max(MAX) Long userMessagesPerSecond,
    @Min(1) @Max(MAX) Long userBytesPerSecond,
    @Min(1) @Max(MAX) Long members,
    @Min(1) @Max(MAX) Long externalMembers,
    @Min(1) @Max(MAX) Long streams,
    @Min(1) @Max(MAX) Long userStreams,
    @Min(1) @Max(MAX) Long userTickets) {

  /** The largest limit: a bucket refills by at most one token each nanosecond. */
  public static final long MAX = 1_000_000_000;

  /** No override. */
  public static final Overrides NONE =
      new Overrides(null, null, null, null, null, null, null, null, null);
}
