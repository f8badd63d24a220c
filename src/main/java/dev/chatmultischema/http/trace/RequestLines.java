package dev.chatmultischema.http.trace;

import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.logging.LogFields;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each request when its response has ended: method, path, status, bytes, time and the peer's
 * address; neither a query, which may have a ticket, nor headers, which have the token.
 */
final class RequestLines implements RequestLog {

  private static final Logger LOG = LoggerFactory.getLogger(RequestLines.class);

  private static final int MAX_PATH = 200;

  @Override
  public void log(Request request, Response response) {
    var path = path(request);
    long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - request.getBeginNanoTime());
    var millis = String.format(Locale.ROOT, "%.1f", micros / 1e3);
    // Whether the caller may use this tenant was decided later, or never.
    var tenant = StrictUuid.parse(request.getHeaders().get("X-Tenant-ID")).orElse(null);
    var bytes = Response.getContentBytesWritten(response);
    try (var fields =
        LogFields.of(RequestIdHandler.trace(request))
            .with("tenant", tenant)
            .with("method", request.getMethod())
            .with("path", path)
            .with("status", response.getStatus())
            .with("duration_ms", millis)) {
      LOG.info(
          "{} {} {}, {} bytes in {} ms to {}",
          request.getMethod(),
          path,
          response.getStatus(),
          bytes,
          millis,
          Request.getRemoteAddr(request));
    }
  }

  private static String path(Request request) {
    var path = String.valueOf(request.getHttpURI().getPath());
    return path.length() <= MAX_PATH ? path : path.substring(0, MAX_PATH) + "…";
  }
}
