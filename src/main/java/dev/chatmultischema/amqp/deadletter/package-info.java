/**
 * Messages outside the tenants' queues that are republished to them: dead letters on an operator's
 * command, and unrouted messages periodically.
 *
 * <p>The entry points are {@link dev.chatmultischema.amqp.deadletter.DeadLetters}, which runs on
 * the caller's thread, and {@link dev.chatmultischema.amqp.deadletter.UnroutedMessages}, which has
 * the thread {@code unrouted}.
 */
package dev.chatmultischema.amqp.deadletter;
