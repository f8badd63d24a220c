package dev.chatmultischema.http.connection;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Ends connections by {@code Connection: close} (RFC 9112, section 9.6) while the node drains, so
 * that no client sends a request on one that the stop closes.
 */
final class ClosingHandler extends Handler.Wrapper {

  private final Drain drain;

  ClosingHandler(Drain drain) {
    this.drain = drain;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (drain.isDraining()) {
      response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
    }
    return super.handle(request, response, callback);
  }
}
