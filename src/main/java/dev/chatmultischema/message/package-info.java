/**
 * The messages of a tenant, from acceptance to storage and queries. {@link
 * dev.chatmultischema.message.Draft} is an accepted message, {@link
 * dev.chatmultischema.message.Message} a stored one; {@link dev.chatmultischema.message.Content} is
 * the validated JSON of both. Entry points: {@link dev.chatmultischema.message.MessageStore}
 * writes, {@link dev.chatmultischema.message.MessageDao} queries. {@link
 * dev.chatmultischema.message.MessagePublisher} and {@link
 * dev.chatmultischema.message.MessageBroadcaster} are implemented by the transport layer. The
 * package starts no threads: all methods run on the thread of their caller.
 */
package dev.chatmultischema.message;
