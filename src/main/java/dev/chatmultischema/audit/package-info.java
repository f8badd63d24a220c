/**
 * The append-only record of operators' tasks and of security events: failed logins, and changes of
 * users, keys, identities, limits and tenants.
 */
package dev.chatmultischema.audit;
