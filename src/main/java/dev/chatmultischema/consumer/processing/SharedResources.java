package dev.chatmultischema.consumer.processing;

/**
 * The objects that all consumers of a node share.
 *
 * @param maxBatch the largest number of messages in one transaction
 */
public record SharedResources(
    BatchProcessor processor, WorkerScheduler scheduler, DeliveryBudget budget, int maxBatch) {}
