/**
 * Public keys of other issuers: {@link dev.chatmultischema.identity.jwks.KeySet} reads JSON Web
 * Keys, and {@link dev.chatmultischema.identity.jwks.JwksClient} fetches them. Threads: {@code
 * jwks} and {@code jwks-timeouts}, from the first fetch on.
 */
package dev.chatmultischema.identity.jwks;
