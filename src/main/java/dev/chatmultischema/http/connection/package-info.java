/**
 * Bounds of the connections that clients may hold, and of the time to send the head of a request.
 */
package dev.chatmultischema.http.connection;
