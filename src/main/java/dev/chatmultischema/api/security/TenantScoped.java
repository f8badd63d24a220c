package dev.chatmultischema.api.security;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Restricts a resource to callers who may use the tenant of {@code X-Tenant-ID}. Its methods read
 * that header as a {@link dev.chatmultischema.tenant.TenantId}, and authenticate the caller by an
 * {@code @Auth} parameter or a role.
 */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface TenantScoped {}
