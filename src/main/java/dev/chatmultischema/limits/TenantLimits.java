package dev.chatmultischema.limits;

import io.dropwizard.jackson.JsonSnakeCase;

/**
 * What a tenant and each of its users may use, over all nodes.
 *
 * @param messagesPerSecond the messages that all users may publish
 * @param bytesPerSecond the bytes of content that all users may publish
 * @param userMessagesPerSecond the messages that one user may publish
 * @param userBytesPerSecond the bytes of content that one user may publish
 * @param members the members of the tenant who are users of this service
 * @param externalMembers the members with tokens of the tenant's own issuer
 * @param streams the open streams of all users
 * @param userStreams the open streams of one user, in all tenants
 * @param userTickets the unused tickets of one user, in all tenants
 */
@JsonSnakeCase
public record TenantLimits(
    long messagesPerSecond,
    long bytesPerSecond,
    long userMessagesPerSecond,
    long userBytesPerSecond,
    long members,
    long externalMembers,
    long streams,
    long userStreams,
    long userTickets) {

  /** Returns these limits with those that an admin has set for a tenant. */
  TenantLimits with(Overrides overrides) {
    return new TenantLimits(
        either(overrides.messagesPerSecond(), messagesPerSecond),
        either(overrides.bytesPerSecond(), bytesPerSecond),
        either(overrides.userMessagesPerSecond(), userMessagesPerSecond),
        either(overrides.userBytesPerSecond(), userBytesPerSecond),
        either(overrides.members(), members),
        either(overrides.externalMembers(), externalMembers),
        either(overrides.streams(), streams),
        either(overrides.userStreams(), userStreams),
        either(overrides.userTickets(), userTickets));
  }

  private static long either(Long override, long configured) {
    return override == null ? configured : override;
  }
}
