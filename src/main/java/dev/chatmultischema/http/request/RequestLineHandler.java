package dev.chatmultischema.http.request;

import dev.chatmultischema.http.problem.ProblemWriter;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses unknown methods and malformed {@code Connection} and {@code Content-Type} headers, adds
 * {@code X-Content-Type-Options} to every response, and replaces {@code Host} by the host of an
 * absolute request target (RFC 9112, section 3.2.2).
 */
public final class RequestLineHandler extends Handler.Wrapper {

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** Browsers must not guess another type (Fetch Standard); encoded once for all responses. */
  private static final HttpField NOSNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");

  private static final Pattern WEIGHT = Pattern.compile(";\\s*[qQ]\\s*=");

  private final ProblemWriter problems;

  public RequestLineHandler(ProblemWriter problems) {
    this.problems = problems;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    response.getHeaders().put(NOSNIFF);
    if (!METHODS.contains(request.getMethod())) {
      problems.write(response, callback, Refusal.unknownMethod(), true);
      return true;
    }
    var connection = request.getHeaders().get(HttpHeader.CONNECTION);
    if (connection != null && connection.indexOf('"') >= 0) {
      // Its members are tokens (RFC 9110, section 7.6.1); Jetty fails on others with a 500.
      problems.write(response, callback, Refusal.malformedHeader("Connection"), true);
      return true;
    }
    var type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    if (type != null && WEIGHT.matcher(type).find()) {
      // Weights belong to Accept; Jersey fails on an invalid one while it maps that failure.
      problems.write(response, callback, Refusal.malformedHeader("Content-Type"), true);
      return true;
    }
    var authority = request.getHttpURI().getAuthority();
    var host = request.getHeaders().get(HttpHeader.HOST);
    return super.handle(
        authority == null || host == null || host.equalsIgnoreCase(authority)
            ? request
            : withHost(request, authority),
        response,
        callback);
  }

  private static Request withHost(Request request, String authority) {
    var headers = HttpFields.build(request.getHeaders()).put(HttpHeader.HOST, authority);
    return new Request.Wrapper(request) {
      @Override
      public HttpFields getHeaders() {
        return headers;
      }
    };
  }
}
