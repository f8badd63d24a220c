package dev.chatmultischema.api.stream;

import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.errors.ErrorResponder;
import dev.chatmultischema.http.problem.ProblemWriter;
import dev.chatmultischema.identity.IssuerDirectory;
import dev.chatmultischema.stream.Streams;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.user.UserDirectory;
import io.dropwizard.core.setup.Environment;

/** Registers the endpoints of streams with the HTTP server. */
public final class StreamEndpoints {

  private StreamEndpoints() {}

  public static void register(
      Environment environment,
      Streams streams,
      JwtAuthenticator authenticator,
      UserDirectory users,
      TenantDirectory tenants,
      IssuerDirectory issuers) {
    environment.jersey().register(new TicketResource(streams.tickets()));
    var authorizer =
        new StreamAuthorizer(authenticator, users, tenants, issuers, streams.tickets());
    environment
        .servlets()
        .addServlet(
            "stream",
            new StreamServlet(
                authorizer,
                streams.hub(),
                new ProblemWriter(environment.getObjectMapper()),
                new ErrorResponder()))
        .addMapping(StreamServlet.PATH, StreamServlet.PATH + "/");
  }
}
