/**
 * A tenant's history as a whole: exporting it as lines of JSON. Entry point: {@link
 * dev.chatmultischema.history.HistoryExporter}. The package starts no threads.
 */
package dev.chatmultischema.history;
