package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.SenderHeaders;

/**
 * The objects that all consumers of a node share.
 *
 * @param maxBatch the largest number of messages in one transaction
 */
public record SharedResources(
    BatchProcessor processor,
    WorkerScheduler scheduler,
    DeliveryBudget budget,
    SenderHeaders senders,
    int maxBatch) {}
