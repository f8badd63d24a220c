/**
 * Coordinates the nodes by way of PostgreSQL alone. {@link
 * dev.chatmultischema.cluster.NodeRegistry} writes a heartbeat every second on the thread {@code
 * node-registry}, and lists the available nodes; {@link
 * dev.chatmultischema.cluster.TenantAssignment} assigns tenants to them; {@link
 * dev.chatmultischema.cluster.CommandLog}, the entry point for operator commands, is used on the
 * caller's threads. {@link dev.chatmultischema.cluster.LivenessTimes} holds all timeouts.
 */
package dev.chatmultischema.cluster;
