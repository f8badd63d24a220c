/**
 * The metrics of the service under {@code /prometheus}: {@link
 * dev.chatmultischema.prometheus.MetricsFactory} is the entry point and builds {@link
 * dev.chatmultischema.prometheus.ChatMetrics}. Meters are safe for use by several threads; the
 * package has none of its own.
 */
package dev.chatmultischema.prometheus;
