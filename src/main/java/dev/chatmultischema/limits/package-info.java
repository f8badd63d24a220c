/**
 * Limits on what a tenant, a user and a client may use: rates of messages and bytes, counts, and
 * failed logins. {@link dev.chatmultischema.limits.LimitsFactory} is the entry point and builds
 * {@link dev.chatmultischema.limits.Limits}.
 *
 * <p>Rates are kept in memory by each node, which grants its share of a limit, by the number of
 * live nodes: a check needs neither a lock nor a round trip. An admin's overrides are rows in
 * PostgreSQL, which the thread {@code limits-reader} reads every second. All other classes are safe
 * for use by several threads and have none of their own.
 */
package dev.chatmultischema.limits;
