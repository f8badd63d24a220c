package dev.chatmultischema.consumer;

/**
 * What all consumers of a node share.
 *
 * @param maxBatch messages that are stored in one transaction at most
 */
record ConsumerParts(
    BatchWriter writer,
    FailureRouter router,
    LaneScheduler scheduler,
    DeliveryBudget budget,
    int maxBatch) {}
