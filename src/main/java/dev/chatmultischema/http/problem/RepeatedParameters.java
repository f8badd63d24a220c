package dev.chatmultischema.http.problem;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.server.model.Parameter;

/**
 * Refuses a query that gives a parameter of the resource method more than once, since readers of a
 * query differ in which of the values they take.
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
        var unused =
            RequestParameter.single(
                parameter.getSourceName(), query.get(parameter.getSourceName()));
      }
    }
  }
}
