/**
 * Processes the deliveries of one tenant's queue: decodes, stores and acknowledges them.
 *
 * <p>{@link dev.chatmultischema.consumer.processing.ConsumerLauncher} is the entry point. It opens
 * a {@link dev.chatmultischema.consumer.processing.TenantConsumer}, which receives deliveries on
 * the threads {@code rabbitmq-dispatch-N} of the AMQP client, keeps them in {@link
 * dev.chatmultischema.consumer.processing.SenderBuckets}, and stores them in batches on the threads
 * {@code consumer-worker-N} of the {@link dev.chatmultischema.consumer.processing.WorkerScheduler},
 * which all tenants share. The thread {@code consumer-pauses} ends pauses. {@link
 * dev.chatmultischema.consumer.processing.OutcomePolicy} decides the outcome of each delivery that
 * could not be stored, and {@link dev.chatmultischema.consumer.processing.OutcomeRouter} counts and
 * republishes by outcome.
 */
package dev.chatmultischema.consumer.processing;
