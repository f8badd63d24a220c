package dev.chatmultischema.http.trace;

import dev.chatmultischema.logging.RequestTrace;
import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Gives every request an id, that of its header {@code X-Request-ID} or else a random one, and
 * returns it in the same header; reads {@code traceparent} (W3C Trace Context) too. An invalid
 * value of either header counts as absent.
 */
public final class RequestIdHandler extends Handler.Wrapper {

  public static final String REQUEST_ID = "X-Request-ID";

  private static final String TRACEPARENT = "traceparent";
  private static final String ATTRIBUTE = "dev.chatmultischema.http.trace";

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    assign(request, response);
    return super.handle(request, response, callback);
  }

  private static void assign(Request request, Response response) {
    var headers = request.getHeaders();
    var trace =
        RequestTrace.parse(headers.get(REQUEST_ID), headers.get(TRACEPARENT)).withRequestId();
    request.setAttribute(ATTRIBUTE, trace);
    response.getHeaders().put(REQUEST_ID, trace.requestId());
  }

  /** Adds the header to a response that lost it, or whose request never reached the handler. */
  public static void complete(Request request, Response response) {
    if (!response.getHeaders().contains(REQUEST_ID)) {
      if (request.getAttribute(ATTRIBUTE) instanceof RequestTrace trace) {
        response.getHeaders().put(REQUEST_ID, trace.requestId());
      } else {
        assign(request, response);
      }
    }
  }

  /** Returns the trace of a request. */
  public static RequestTrace trace(Request request) {
    return request.getAttribute(ATTRIBUTE) instanceof RequestTrace trace
        ? trace
        : RequestTrace.NONE;
  }

  /** Returns the trace of a request. */
  public static RequestTrace trace(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof RequestTrace trace
        ? trace
        : RequestTrace.NONE;
  }
}
