/**
 * The tenants' own issuers of tokens, and the members whom they name.
 *
 * <p>{@link dev.chatmultischema.identity.IdentityFactory} builds all parts: {@link
 * dev.chatmultischema.identity.IssuerDirectory} knows the issuers, {@link
 * dev.chatmultischema.identity.ExternalTokens} verifies tokens, and {@link
 * dev.chatmultischema.identity.ExternalMembers} stores the members who have been seen. {@link
 * dev.chatmultischema.identity.SenderReader} reads the senders of messages. The thread {@code
 * identities} reads the registrations.
 */
package dev.chatmultischema.identity;
