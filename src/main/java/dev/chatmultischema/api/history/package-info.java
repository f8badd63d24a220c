/**
 * Serves a tenant's history as a whole: {@code export} and {@code import}. Entry point: {@link
 * dev.chatmultischema.api.history.HistoryEndpoints}. The threads {@code history-N} read pages of
 * the database; none waits for a client.
 */
package dev.chatmultischema.api.history;
