package dev.chatmultischema.audit;

/**
 * A row to insert.
 *
 * @param first the time of the first occurrence, by {@link System#nanoTime}
 * @param last the time of the last occurrence
 */
record AuditRow(SecurityEvent event, long occurrences, long first, long last) {}
