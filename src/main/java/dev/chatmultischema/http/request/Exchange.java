package dev.chatmultischema.http.request;

import com.google.common.base.Splitter;
import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.limits.ConcurrencyLimiter;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.http.trace.RequestIdHandler;
import dev.chatmultischema.logging.LogFields;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves one request: reads its body, then decodes it and runs a servlet with a permit. */
final class Exchange implements BodyReader.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private static final Splitter LIST = Splitter.on(',').trimResults().omitEmptyStrings();

  private final RequestBodyHandler handler;
  private final ConcurrencyLimiter limiter;
  private final Request request;
  private final Response response;
  private final String path;
  private Callback callback;
  private ByteBudget.Reservation reservation;
  private BodyReader reader;
  private int limit;
  private boolean bodyRead;
  private volatile Thread permitHolder;

  Exchange(
      RequestBodyHandler handler,
      ConcurrencyLimiter limiter,
      Request request,
      Response response,
      Callback callback,
      String path) {
    this.handler = handler;
    this.limiter = limiter;
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.path = path;
  }

  /** Serves a request that has no body. */
  void dispatch() {
    bodyRead = true;
    withPermit(() -> serve(request));
  }

  /** Serves a request without reading its body. */
  void dispatchWithoutBody() {
    discardBody();
    withPermit(() -> serve(BufferedRequest.withoutBody(request)));
  }

  /** Serves a request whose servlet reads the body; the part that it leaves is discarded. */
  void dispatchWithStreamedBody() {
    if (encoding() == Encoding.NONE) {
      discardBody();
      withPermit(() -> serve(request));
    } else {
      refused(Refusal.noEncoding(), true);
    }
  }

  private void discardBody() {
    if (!(callback instanceof BodyDiscarder)) {
      callback = new BodyDiscarder(request, response, callback);
    }
  }

  /** Reads the body, unless the request will be refused anyway, and serves the request. */
  void readBody() {
    var key = handler.keys().resolveQuickly(path, request);
    if (key.isEmpty()) {
      dispatchWithoutBody();
      return;
    }
    limit = handler.limits().bytes(path);
    if (encoding() == Encoding.UNSUPPORTED) {
      refused(Refusal.unsupportedEncoding(), true);
    } else if (request.getLength() > limit) {
      refused(Refusal.bodyTooLarge(limit), true);
    } else {
      reservation = handler.budget().open(key.get());
      reader = new BodyReader(request, this, handler.limits(), limit, reservation);
      reader.run();
    }
  }

  @Override
  public void resolveKey() {
    withPermit(this::transferToKey);
  }

  private void transferToKey() {
    boolean transferred;
    try {
      transferred = reservation.tryTransfer(handler.keys().resolve(path, request));
    } catch (RuntimeException refused) {
      LOG.debug("not reading the body of a request that will be refused", refused);
      reservation.close();
      request.setAttribute(RequestBody.ABANDONED, true);
      discardBody();
      serve(BufferedRequest.withoutBody(request));
      return;
    }
    if (transferred) {
      reader.authorize();
      permitHolder = Thread.currentThread();
      try {
        reader.run();
      } finally {
        permitHolder = null;
      }
    } else {
      refused(Refusal.noMemory(), true);
    }
  }

  @Override
  public void complete(GrowingBytes body) {
    bodyRead = true;
    // The reader may have completed on the thread that resolved the key and holds the permit.
    if (Thread.currentThread().equals(permitHolder)) {
      decodeAndServe(body);
    } else {
      withPermit(() -> decodeAndServe(body));
    }
  }

  private void decodeAndServe(GrowingBytes body) {
    try {
      serveWith(encoding() == Encoding.GZIP ? decoded(body) : body);
    } catch (Gzip.Malformed e) {
      refused(Refusal.malformedEncoding(e.getMessage()), false);
    } catch (GrowingBytes.LimitExceeded e) {
      refused(e.budgetSpent() ? Refusal.noMemory() : Refusal.bodyTooLarge(limit), false);
    }
  }

  private GrowingBytes decoded(GrowingBytes body)
      throws Gzip.Malformed, GrowingBytes.LimitExceeded {
    var decoded = new GrowingBytes(limit, -1, reservation);
    Gzip.decode(body.array(), body.length(), decoded);
    reservation.release(body.array().length);
    return decoded;
  }

  private void serveWith(GrowingBytes body) {
    // A servlet may still use the body when it returns, and respond later.
    Request.addCompletionListener(request, failure -> reservation.close());
    serve(BufferedRequest.with(request, new RequestBody(body.array(), body.length())));
  }

  private void serve(Request next) {
    try (var fields = LogFields.of(RequestIdHandler.trace(request))) {
      if (!handler.next(next, response, callback)) {
        Response.writeError(next, response, callback, HttpStatus.NOT_FOUND_404);
      }
    } catch (Throwable t) {
      Response.writeError(next, response, callback, t);
    }
  }

  private void withPermit(Runnable work) {
    limiter.execute(
        request,
        new ConcurrencyLimiter.Work() {
          @Override
          public void run() {
            work.run();
          }

          @Override
          public void refuse() {
            refused(Refusal.noThread(), !bodyRead);
          }
        });
  }

  @Override
  public void refused(ProblemException refusal, boolean bodyUnread) {
    close();
    if (bodyUnread) {
      discardBody();
    }
    handler.problems().write(response, callback, refusal, bodyUnread);
  }

  @Override
  public void failed(Throwable cause) {
    close();
    callback.failed(cause);
  }

  private void close() {
    if (reservation != null) {
      reservation.close();
    }
  }

  private enum Encoding {
    NONE,
    GZIP,
    UNSUPPORTED
  }

  /** RFC 9110, section 8.4: {@code x-gzip} equals {@code gzip}, {@code identity} is no coding. */
  private Encoding encoding() {
    if (!request.getHeaders().contains(HttpHeader.CONTENT_ENCODING)) {
      return Encoding.NONE;
    }
    var codings =
        request.getHeaders().getValuesList(HttpHeader.CONTENT_ENCODING).stream()
            .flatMap(LIST::splitToStream)
            .filter(coding -> !coding.equalsIgnoreCase("identity"))
            .toList();
    if (codings.isEmpty()) {
      return Encoding.NONE;
    }
    var coding = codings.get(0).toLowerCase(Locale.ROOT);
    return codings.size() == 1 && (coding.equals("gzip") || coding.equals("x-gzip"))
        ? Encoding.GZIP
        : Encoding.UNSUPPORTED;
  }
}
