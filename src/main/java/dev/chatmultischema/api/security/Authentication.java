package dev.chatmultischema.api.security;

import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.tenant.TenantDirectory;
import io.dropwizard.auth.AuthDynamicFeature;
import io.dropwizard.auth.AuthValueFactoryProvider;
import io.dropwizard.core.setup.Environment;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.glassfish.jersey.server.filter.RolesAllowedDynamicFeature;

/**
 * Registers the filters that authenticate and authorize each resource method that has an
 * {@code @Auth} parameter of type {@link Caller}, names a role, or is {@link TenantScoped}.
 */
public final class Authentication {

  private Authentication() {}

  public static void register(
      Environment environment, JwtAuthenticator authenticator, TenantDirectory tenants) {
    var jersey = environment.jersey();
    jersey.register(new AuthDynamicFeature(BearerFilter.with(authenticator)));
    jersey.register(new AuthValueFactoryProvider.Binder<>(Caller.class));
    jersey.register(RolesAllowedDynamicFeature.class);
    jersey.register(new TenantFilter(tenants));
    environment
        .servlets()
        .addFilter("client-address", new AddressFilter())
        .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
  }
}
