package dev.chatmultischema.cluster;

/**
 * What a node did about an order.
 *
 * @param succeeded whether all of it is done there
 * @param report in the order's own form
 */
public record Receipt(String nodeId, boolean succeeded, String report) {}
