/**
 * The desired state of tenants in PostgreSQL, and the schemas with their partitions of messages.
 * Entry points: {@link dev.chatmultischema.tenant.TenantDao} for rows, {@link
 * dev.chatmultischema.tenant.TenantDirectory} for cached rows, and {@link
 * dev.chatmultischema.tenant.TenantPartitions} for DDL. The package starts no threads: all methods
 * run on the thread of their caller, and are safe for concurrent use.
 */
package dev.chatmultischema.tenant;
