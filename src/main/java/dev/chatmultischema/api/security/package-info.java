/**
 * Authenticates requests by bearer token, and authorizes them for the tenant of {@code
 * X-Tenant-ID}. Entry point: {@link dev.chatmultischema.api.security.Authentication}. Filters run
 * on the thread of the request.
 */
package dev.chatmultischema.api.security;
