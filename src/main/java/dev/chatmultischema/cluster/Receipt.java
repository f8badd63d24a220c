package dev.chatmultischema.cluster;

/**
 * A node's answer to a {@link Command}.
 *
 * @param nodeId the node's name
 * @param succeeded whether the node has executed the whole command
 * @param report text for the operator, or JSON if the command is a listing
 */
public record Receipt(String nodeId, boolean succeeded, String report) {}
