/**
 * The connection to PostgreSQL: {@link dev.chatmultischema.database.DatabaseFactory} is the entry
 * point and builds the pool, {@link dev.chatmultischema.database.DatabaseFault} classifies
 * failures, {@link dev.chatmultischema.database.AdvisoryLock} excludes other nodes and {@link
 * dev.chatmultischema.database.MigrationLock} other migrations. The package has no threads; its
 * methods block.
 *
 * <p>Queries that requests run often are a {@link dev.chatmultischema.database.Query}. All other
 * statements are methods of Jdbi's SQL objects, which are shorter and which cost more per call.
 */
package dev.chatmultischema.database;
