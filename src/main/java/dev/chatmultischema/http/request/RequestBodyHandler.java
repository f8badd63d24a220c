package dev.chatmultischema.http.request;

import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.limits.ConcurrencyLimiter;
import dev.chatmultischema.http.problem.ProblemWriter;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Reads the body of a request into memory before a servlet runs, and limits the threads that run
 * servlets. Does not read the body of a request that will be refused anyway.
 */
public final class RequestBodyHandler extends Handler.Wrapper {

  private final RequestLimits limits;
  private final ByteBudget budget;
  private final BodyKeyResolver keys;
  private final Function<String, Route> routes;
  private final ProblemWriter problems;

  /** Serves the requests of a path within a limit on threads. */
  public record Route(Body body, ConcurrencyLimiter limiter) {}

  /** The way in which a servlet gets the body of its requests. */
  public enum Body {
    /** The body is in memory when the servlet runs. */
    BUFFERED,
    /** The servlet reads the body from the request, without blocking, and limits its memory. */
    STREAMED,
    /** The servlet gets no body. */
    DISCARDED
  }

  /**
   * @param routes returns the route of a path, which has no slash at its end
   */
  public RequestBodyHandler(
      RequestLimits limits,
      ByteBudget budget,
      BodyKeyResolver keys,
      Function<String, Route> routes,
      ProblemWriter problems) {
    this.limits = limits;
    this.budget = budget;
    this.keys = keys;
    this.routes = routes;
    this.problems = problems;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var path = withoutSlash(Request.getPathInContext(request));
    boolean hasBody =
        request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    var route = routes.apply(path);
    var exchange = new Exchange(this, route.limiter(), request, response, callback, path);
    if (!hasBody) {
      exchange.dispatch();
    } else {
      switch (route.body()) {
        case BUFFERED -> exchange.readBody();
        case STREAMED -> exchange.dispatchWithStreamedBody();
        case DISCARDED -> exchange.dispatchWithoutBody();
      }
    }
    return true;
  }

  /** Jersey ignores a slash at the end of a path. */
  private static String withoutSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  boolean next(Request request, Response response, Callback callback) throws Exception {
    return super.handle(request, response, callback);
  }

  RequestLimits limits() {
    return limits;
  }

  ByteBudget budget() {
    return budget;
  }

  BodyKeyResolver keys() {
    return keys;
  }

  ProblemWriter problems() {
    return problems;
  }
}
