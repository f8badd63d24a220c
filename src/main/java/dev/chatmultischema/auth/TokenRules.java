package dev.chatmultischema.auth;

import java.time.Duration;

/**
 * What the tokens of this service have in common.
 *
 * @param issuer their {@code iss}
 * @param audience their {@code aud}; empty if they have none
 * @param clockSkew the tolerated difference between the clocks of two nodes (RFC 7519, section
 *     4.1.4)
 * @param lifetime the time from their issue to their expiry
 */
record TokenRules(String issuer, String audience, Duration clockSkew, Duration lifetime) {}
