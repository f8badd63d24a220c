/**
 * Signatures of what nodes send to each other by way of other servers. {@link
 * dev.chatmultischema.signing.Signatures} has the keys, and makes a {@link
 * dev.chatmultischema.signing.Signer} for each purpose. Has no threads and no state that changes.
 */
package dev.chatmultischema.signing;
