/**
 * Pub/Sub between the nodes over Redis: stored messages of tenants, and wake-ups. The entry point
 * is {@link dev.chatmultischema.redis.RedisFactory}, which builds {@link
 * dev.chatmultischema.redis.Redis}. Delivery is not guaranteed: users of this package repair losses
 * from PostgreSQL. Its threads are {@code redis-broadcaster}, which publishes, {@code
 * redis-subscriber}, which reads and calls the listeners, and {@code redis-subscriber-commands},
 * which writes to the subscribed connection, and {@code redis-master}, which checks that it leads
 * to the master.
 */
package dev.chatmultischema.redis;
