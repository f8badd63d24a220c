/**
 * Consumes the queues of all tenants and stores their messages. {@link
 * dev.chatmultischema.consumer.ConsumerFactory} builds it from the configuration; {@link
 * dev.chatmultischema.consumer.Consumers} is the entry point for callers, whose threads wait in its
 * methods. The sub-package {@code processing} stores the deliveries of one tenant, {@code
 * supervision} starts and shuts down the consumers of this node; both describe their threads.
 */
package dev.chatmultischema.consumer;
