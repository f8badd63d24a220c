/**
 * Starts and shuts down this node's consumers until their actual state is the desired state that
 * PostgreSQL holds.
 *
 * <p>{@link dev.chatmultischema.consumer.supervision.ConsumerSupervisor} is the entry point. Its
 * thread {@code consumer-reconciler} reads the desired state and new commands every second, or at
 * once on a wake-up, and decides on a step for each {@link
 * dev.chatmultischema.consumer.supervision.ConsumerSlot}; {@link
 * dev.chatmultischema.consumer.supervision.Transitions} carries the steps out on up to eight
 * threads {@code consumer-transition-N}, which may block on the broker. {@link
 * dev.chatmultischema.consumer.supervision.StuckConsumerDetector} finds consumers without progress
 * on the thread {@code consumer-watch}.
 */
package dev.chatmultischema.consumer.supervision;
