/**
 * Health checks: liveness, readiness and {@code /health}. Entry point is {@link
 * dev.chatmultischema.health.HealthCheckFactory}, the section {@code health} of the configuration.
 * Dropwizard's health threads run the checks; each check of a dependency runs on one of three
 * threads of this package, {@code dependency-0} to {@code dependency-2}, with a timeout.
 */
package dev.chatmultischema.health;
