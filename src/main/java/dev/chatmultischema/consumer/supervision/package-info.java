/**
 * Starts and shuts down this node's consumers until their actual state is the desired state that
 * PostgreSQL holds.
 *
 * <p>{@link dev.chatmultischema.consumer.supervision.ConsumerSupervisor} is the entry point. Its
 * reconciler thread reads the desired state and new commands every second, or at once on a wake-up,
 * and decides on a step for each {@link dev.chatmultischema.consumer.supervision.ConsumerSlot};
 * {@link dev.chatmultischema.consumer.supervision.Transitions} carries the steps out on a pool of
 * eight threads, which may block on the broker. Another thread, of {@link
 * dev.chatmultischema.consumer.supervision.StuckConsumerDetector}, finds consumers without
 * progress.
 */
package dev.chatmultischema.consumer.supervision;
