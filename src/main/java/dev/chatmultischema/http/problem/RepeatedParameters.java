package dev.chatmultischema.http.problem;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.server.model.Parameter;

/**
 * Refuses a query that repeats a parameter of the resource method, since proxies and frameworks
 * differ in which of the values they use.
 */
final class RepeatedParameters implements ContainerRequestFilter {

  @Override
  public void filter(ContainerRequestContext request) {
    var uri = (ExtendedUriInfo) request.getUriInfo();
    if (uri.getRequestUri().getRawQuery() == null) {
      return;
    }
    var query = uri.getQueryParameters();
    for (var parameter : uri.getMatchedResourceMethod().getInvocable().getParameters()) {
      if (parameter.getSource() == Parameter.Source.QUERY) {
        RequestParameter.requireSingle(
            parameter.getSourceName(), query.get(parameter.getSourceName()));
      }
    }
  }
}
