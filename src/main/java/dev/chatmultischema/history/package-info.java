/**
 * A tenant's history as a whole: exporting it as lines of JSON, and importing them. Entry points:
 * {@link dev.chatmultischema.history.HistoryExporter}, {@link
 * dev.chatmultischema.history.HistoryImporter}. The package starts no threads.
 */
package dev.chatmultischema.history;
