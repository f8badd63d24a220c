/**
 * Permission to open streams: grants, the single-use tickets that stand for them, and the limits on
 * open streams.
 *
 * <p>Entry points are {@link dev.chatmultischema.stream.access.StreamTickets} and {@link
 * dev.chatmultischema.stream.access.StreamLimits}. Both are safe for use by several threads, and
 * have no thread of their own.
 */
package dev.chatmultischema.stream.access;
