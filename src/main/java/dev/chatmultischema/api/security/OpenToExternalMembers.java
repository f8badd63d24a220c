package dev.chatmultischema.api.security;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Opens a resource method to callers with tokens of a tenant's own issuer; those that are {@link
 * TenantScoped} are open to them too, and all others are not.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface OpenToExternalMembers {}
