package dev.chatmultischema.identity;

/** The parts that verify tokens of the tenants' own issuers. */
public record Identities(
    IssuerDirectory issuers, ExternalTokens tokens, ExternalMembers members) {}
