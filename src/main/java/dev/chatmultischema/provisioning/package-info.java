/**
 * Provisioning of tenants and cleanup after them: queues, schema with partition, and consumer.
 * Entry point: {@link dev.chatmultischema.provisioning.TenantProvisioner}, on the thread of the
 * request. {@link dev.chatmultischema.provisioning.TenantJanitor} repeats an interrupted cleanup on
 * a thread of its own.
 */
package dev.chatmultischema.provisioning;
