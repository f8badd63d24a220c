/**
 * URLs of the servers that the service connects to, as given in environment variables. The entry
 * point is {@link dev.chatmultischema.url.ServerUrl}, which every transport uses, so that all have
 * the same rules for white space, host names and percent-encoding. The package has no threads.
 */
package dev.chatmultischema.url;
