package dev.chatmultischema.http.request;

import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Completes a request whose response did not depend on its body: when the response is written,
 * reads what the client still sends and discards it, for at most {@link #TIMEOUT}.
 *
 * <p>If a connection is closed while bytes of the body arrive, TCP resets it, and the client may
 * lose the response that it has not read yet: RFC 9112, section 9.6.
 */
final class BodyDiscarder extends Callback.Nested {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Request request;
  private final Response response;
  private final EndPoint endPoint;
  private long started;
  private long idleTimeout;

  BodyDiscarder(Request request, Response response, Callback callback) {
    super(callback);
    this.request = request;
    this.response = response;
    this.endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
  }

  @Override
  public void succeeded() {
    // A client that awaits 100 (Continue) sends no body, and one that is too slow waited enough.
    if (request.getHeaders().contains(HttpHeader.EXPECT)
        || response.getStatus() == HttpStatus.REQUEST_TIMEOUT_408) {
      super.succeeded();
      return;
    }
    started = System.nanoTime();
    idleTimeout = endPoint.getIdleTimeout();
    endPoint.setIdleTimeout(TIMEOUT.toMillis());
    discard();
  }

  private void discard() {
    while (System.nanoTime() - started < TIMEOUT.toNanos()) {
      var chunk = request.read();
      if (chunk == null) {
        request.demand(this::discard);
        return;
      }
      chunk.release();
      if (chunk.isLast() || Content.Chunk.isFailure(chunk)) {
        break;
      }
    }
    endPoint.setIdleTimeout(idleTimeout);
    super.succeeded();
  }
}
