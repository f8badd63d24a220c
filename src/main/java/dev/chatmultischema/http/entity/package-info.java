/**
 * Bodies of requests and responses as objects: {@link dev.chatmultischema.http.entity.JsonEntities}
 * converts them from and to JSON, {@link dev.chatmultischema.http.entity.EntityValidator} validates
 * those of requests. Both replace Dropwizard's defaults, which use reflection for each request; all
 * classes are thread-safe.
 */
package dev.chatmultischema.http.entity;
