/**
 * The management of user accounts: validation of requests, authorization and changes. Entry point:
 * {@link dev.chatmultischema.accounts.Accounts}. The package starts no threads: all methods run on
 * the thread of the request, which waits for the hash of a password.
 */
package dev.chatmultischema.accounts;
