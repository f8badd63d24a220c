package dev.chatmultischema.api;

import dev.chatmultischema.accounts.Accounts;
import dev.chatmultischema.accounts.MemberDao;
import dev.chatmultischema.api.history.HistoryEndpoints;
import dev.chatmultischema.api.security.Authentication;
import dev.chatmultischema.api.stream.StreamEndpoints;
import dev.chatmultischema.audit.AuditDao;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.auth.JwtTokens;
import dev.chatmultischema.auth.PasswordHashing;
import dev.chatmultischema.errors.ErrorMapper;
import dev.chatmultischema.errors.ErrorResponder;
import dev.chatmultischema.history.Histories;
import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.problem.ProblemMappers;
import dev.chatmultischema.http.request.ClientAddresses;
import dev.chatmultischema.identity.Identities;
import dev.chatmultischema.identity.IssuerDirectory;
import dev.chatmultischema.limits.LimitOverrides;
import dev.chatmultischema.limits.Limits;
import dev.chatmultischema.limits.LoginLimits;
import dev.chatmultischema.limits.MessageLimits;
import dev.chatmultischema.message.MessageDao;
import dev.chatmultischema.message.MessagePublisher;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.provisioning.TenantAccess;
import dev.chatmultischema.provisioning.TenantIdentities;
import dev.chatmultischema.provisioning.TenantProvisioner;
import dev.chatmultischema.stream.Streams;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.user.UserDao;
import dev.chatmultischema.user.UserDirectory;
import io.dropwizard.core.setup.Environment;
import org.glassfish.jersey.server.ServerProperties;
import org.jdbi.v3.core.Jdbi;

/** Registers the resources of the application port, their error mapping and authentication. */
public record Api(Environment environment, Jdbi jdbi, SecurityEvents events) {

  /**
   * Responds to every error with a problem. The configuration must not register Dropwizard's
   * default exception mappers.
   */
  public void mapErrors() {
    ProblemMappers.register(environment);
    environment.jersey().register(new ErrorMapper(new ErrorResponder()));
  }

  /** Authenticates requests and authorizes them for tenants. */
  public void authenticate(JwtAuthenticator authenticator, TenantDirectory tenants) {
    Authentication.register(environment, authenticator, tenants);
  }

  /** Serves {@code /authentication/login} and {@code /.well-known/jwks.json}. */
  public void serveLogin(
      PasswordHashing passwords, JwtTokens tokens, LoginLimits limits, ClientAddresses addresses) {
    var users = jdbi.onDemand(UserDao.class);
    environment
        .jersey()
        .register(new LoginResource(users, passwords, tokens, events, limits, addresses));
    environment.jersey().register(new KeysResource(tokens.publicKeys()));
  }

  /**
   * Serves {@code /messages}.
   *
   * @param maxPageBytes the bytes of content after which a page ends
   */
  public void serveMessages(
      MessagePublisher publisher,
      MessageLimits limits,
      ChatMetrics metrics,
      ByteBudget responses,
      long maxPageBytes) {
    var messages = new MessageDao(jdbi);
    environment
        .jersey()
        .register(
            new MessageResource(publisher, messages, limits, metrics, responses, maxPageBytes));
  }

  /** Serves {@code /messages/stream} and its tickets. */
  public void serveStreams(
      Streams streams,
      JwtAuthenticator authenticator,
      UserDirectory users,
      TenantDirectory tenants,
      IssuerDirectory issuers) {
    StreamEndpoints.register(environment, streams, authenticator, users, tenants, issuers);
  }

  /**
   * Serves {@code /tenants}.
   *
   * @param defaultWorkers the workers of a tenant created without a number
   */
  public void serveTenants(TenantProvisioner provisioner, int defaultWorkers) {
    // Behind a proxy the service does not know its own address: Location stays a reference relative
    // to that of the request (RFC 9110, section 10.2.2).
    environment
        .jersey()
        .property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);
    environment
        .jersey()
        .register(
            new TenantResource(
                jdbi.onDemand(TenantDao.class),
                new TenantAccess(jdbi),
                provisioner,
                defaultWorkers));
  }

  /** Serves the resources of tenants' histories, as {@code /tenants/{id}/export}. */
  public void serveHistories(Histories histories, ByteBudget memory) {
    HistoryEndpoints.register(environment, new TenantAccess(jdbi), histories, memory);
  }

  /** Serves {@code /audit}. */
  public void serveAudit() {
    environment.jersey().register(new AuditResource(jdbi.onDemand(AuditDao.class)));
  }

  /** Serves {@code /tenants/…/identity} and {@code /tenants/…/members}. */
  public void serveIdentities(Identities identities, JwtTokens tokens, SecurityEvents events) {
    var access = new TenantAccess(jdbi);
    environment
        .jersey()
        .register(
            new IdentityResource(
                new TenantIdentities(access, identities.issuers(), events),
                new IdentityRules(identities.urls(), tokens::isOwnIssuer)));
    environment.jersey().register(new MemberResource(access, new MemberDao(jdbi)));
  }

  /** Serves {@code /tenants/{id}/limits}. */
  public void serveLimits(LimitOverrides overrides) {
    environment
        .jersey()
        .register(
            new LimitsResource(
                new TenantAccess(jdbi), overrides, events, environment.getObjectMapper()));
  }

  /** Serves {@code /users} and {@code /authentication/logout-all}. */
  public void serveUsers(UserDirectory users, PasswordHashing passwords, Limits limits) {
    var accounts = new Accounts(jdbi, users, passwords, events, limits);
    environment.jersey().register(new UserResource(jdbi.onDemand(UserDao.class), accounts));
    environment.jersey().register(new LogoutResource(accounts));
  }
}
