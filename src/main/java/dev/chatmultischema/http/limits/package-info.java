/**
 * Limits on memory and threads: {@link dev.chatmultischema.http.limits.ByteBudget} bounds bytes in
 * total and for each key, {@link dev.chatmultischema.http.limits.ConcurrencyLimiter} bounds the
 * threads that requests may block. Exceeding a limit ends in {@link
 * dev.chatmultischema.http.limits.Overloaded}. All classes are thread-safe.
 */
package dev.chatmultischema.http.limits;
