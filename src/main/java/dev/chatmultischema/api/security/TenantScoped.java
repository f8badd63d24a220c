package dev.chatmultischema.api.security;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets only those through to a resource who may use the tenant named by {@code X-Tenant-ID}; the
 * method then reads that header as a {@link dev.chatmultischema.tenant.TenantId}. Its caller must
 * be authenticated by an {@code @Auth} parameter or a role.
 */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface TenantScoped {}
