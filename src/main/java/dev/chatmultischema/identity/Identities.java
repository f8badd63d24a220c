package dev.chatmultischema.identity;

import dev.chatmultischema.identity.jwks.JwksUrls;

/** The parts that register issuers of tenants, and verify their tokens. */
public record Identities(
    IssuerDirectory issuers, ExternalTokens tokens, ExternalMembers members, JwksUrls urls) {}
