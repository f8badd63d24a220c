package dev.chatmultischema.history;

/** What can be done with a tenant's history as a whole. */
public record Histories(
    HistoryExporter exporter, HistoryImporter importer, Retentions retentions, Eraser eraser) {}
