/**
 * Authenticates users, by password and by bearer token, and defines the rights of a {@link
 * dev.chatmultischema.auth.Caller}, independent of HTTP requests. Entry points: {@link
 * dev.chatmultischema.auth.JwtAuthenticator} for tokens and {@link
 * dev.chatmultischema.auth.PasswordHashing} for passwords. Threads: {@code password-hashing}, one
 * for every two processors, and four {@code password-responses}, which complete futures.
 */
package dev.chatmultischema.auth;
