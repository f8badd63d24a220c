/**
 * Maps exceptions of the layers below to problem details (RFC 9457), for JAX-RS resources, the
 * stream servlet and admin tasks alike. Entry points: {@link
 * dev.chatmultischema.errors.ErrorMapping}, a pure function, and {@link
 * dev.chatmultischema.errors.ErrorResponder}, which also logs. Both run on the thread of the
 * request and start no threads.
 */
package dev.chatmultischema.errors;
