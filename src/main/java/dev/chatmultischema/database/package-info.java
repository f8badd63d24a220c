/**
 * The connection to PostgreSQL: {@link dev.chatmultischema.database.DatabaseFactory} is the entry
 * point and builds the pool, {@link dev.chatmultischema.database.DatabaseFault} classifies
 * failures, {@link dev.chatmultischema.database.AdvisoryLock} excludes other nodes and {@link
 * dev.chatmultischema.database.MigrationLock} other migrations. The package has no threads; its
 * methods block.
 */
package dev.chatmultischema.database;
