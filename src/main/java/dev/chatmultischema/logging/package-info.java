/**
 * Log output: the layout {@code text}, the line that names the ports, and {@link
 * dev.chatmultischema.logging.OutageLog}, which logs the beginning and the end of an outage once
 * each. The package has no threads.
 */
package dev.chatmultischema.logging;
