package dev.chatmultischema.consumer.processing;

/**
 * What all consumers of a node share.
 *
 * @param maxBatch messages that are stored in one transaction at most
 */
public record SharedResources(
    BatchWriter writer,
    OutcomeRouter router,
    WorkerScheduler scheduler,
    DeliveryBudget budget,
    int maxBatch) {}
