package dev.chatmultischema.consumer;

/** The consumers of this node, and the control over those of all. */
public record Consumers(ConsumerSupervisor supervisor, ConsumerControl control) {}
