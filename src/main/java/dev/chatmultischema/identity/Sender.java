package dev.chatmultischema.identity;

/**
 * A sender whom the customer's own issuer names.
 *
 * @param sub the {@code sub} of the sender's tokens
 * @param name the latest name that a token of the sender had; null if none had one
 */
public record Sender(String sub, String name) {}
