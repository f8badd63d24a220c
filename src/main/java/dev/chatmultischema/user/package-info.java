/**
 * The accounts of users in PostgreSQL, and the normalization of their names and e-mail addresses.
 * Entry points: {@link dev.chatmultischema.user.UserReader} and {@link
 * dev.chatmultischema.user.UserDao} for rows, {@link dev.chatmultischema.user.UserDirectory} for
 * cached rows. The package starts no threads: all methods run on the thread of their caller, and
 * are safe for concurrent use.
 */
package dev.chatmultischema.user;
