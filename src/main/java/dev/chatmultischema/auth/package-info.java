/**
 * Authenticates users, by password and by bearer token, and defines what a {@link
 * dev.chatmultischema.auth.Caller} may do; knows nothing of HTTP requests. Entry points: {@link
 * dev.chatmultischema.auth.JwtAuthenticator} for tokens and {@link
 * dev.chatmultischema.auth.PasswordHashing} for passwords. Threads: {@code password-hashing}, one
 * for every two processors, and four {@code password-responses}, which complete the futures of
 * hashes.
 */
package dev.chatmultischema.auth;
