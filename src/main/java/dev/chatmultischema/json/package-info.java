/**
 * The JSON of the HTTP interface: {@link dev.chatmultischema.json.StrictJson} configures Jackson,
 * {@link dev.chatmultischema.json.Timestamps} formats times and {@link
 * dev.chatmultischema.json.StrictUuid} parses ids from outside. The package has no threads.
 */
package dev.chatmultischema.json;
