package dev.chatmultischema.api.history;

import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.history.HistoryExpired;
import dev.chatmultischema.history.HistoryExport;
import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.limits.Overloaded;
import dev.chatmultischema.http.response.ResponseQueue;
import dev.chatmultischema.message.Content;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an export page by page, each when the client has read the one before. While the client
 * reads, the export occupies no thread, no connection to the database, and the memory of one page.
 *
 * <p>A failure after the first page closes the connection: a client sees that the chunked response
 * (RFC 9112, section 7.1) lacks its last chunk.
 */
final class ExportResponse implements WriteListener {

  private static final Logger LOG = LoggerFactory.getLogger(ExportResponse.class);

  private static final long PAGE_BYTES = 256 * 1024;

  /** While a page is read, memory holds the driver's bytes, and text with up to twice as many. */
  private static final long COPIES = 3;

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final HistoryExport export;
  private final Runnable authorization;
  private final TaskScheduler scheduler;
  private final ByteBudget.Reservation reservation;
  private final AsyncResponse response;
  private final HttpServletRequest request;
  private final HttpServletResponse servletResponse;
  private final ServletOutputStream output;
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * @param authorization throws if the caller may not read the tenant any more
   * @param response the suspended response, which is resumed at the end
   */
  ExportResponse(
      HistoryExport export,
      Runnable authorization,
      TaskScheduler scheduler,
      ByteBudget.Reservation reservation,
      AsyncResponse response,
      HttpServletRequest request,
      HttpServletResponse servletResponse)
      throws IOException {
    this.export = export;
    this.authorization = authorization;
    this.scheduler = scheduler;
    this.reservation = reservation;
    this.response = response;
    this.request = request;
    this.servletResponse = servletResponse;
    this.output = servletResponse.getOutputStream();
  }

  /** Starts to write; returns at once. */
  void start() {
    ResponseQueue.limitToOnePage(request);
    output.setWriteListener(this);
  }

  @Override
  public void onWritePossible() {
    scheduler.execute(this::writePage);
  }

  private void writePage() {
    try {
      if (!output.isReady()) {
        return;
      }
      if (export.isComplete()) {
        end(Response.ok().type(ExportResource.NDJSON).build());
        return;
      }
      authorization.run();
      servletResponse.setContentType(ExportResource.NDJSON);
      output.write(readPage());
      reservation.set(0);
      if (output.isReady()) {
        // Another export may run before the next page.
        scheduler.execute(this::writePage);
      }
    } catch (Overloaded e) {
      waitOrFail(e);
    } catch (IOException | HistoryExpired | RuntimeException | Error e) {
      fail(e);
    }
  }

  private byte[] readPage() throws HistoryExpired {
    long reserved = reservation.reserve(COPIES * Content.MAX_BYTES, COPIES * PAGE_BYTES);
    return export.nextPage(reserved / COPIES);
  }

  private void waitOrFail(Overloaded overload) {
    if (servletResponse.isCommitted()) {
      scheduler.schedule(RETRY, this::writePage);
    } else {
      fail(overload);
    }
  }

  @Override
  public void onError(Throwable failure) {
    fail(failure);
  }

  private void fail(Throwable failure) {
    if (!servletResponse.isCommitted()) {
      end(failure);
      return;
    }
    LOG.info("an export ended at seq {}: {}", export.position(), failure.toString());
    ServletContextRequest.getServletContextRequest(request)
        .getConnectionMetaData()
        .getConnection()
        .getEndPoint()
        .close(failure);
    end(Response.ok().build());
  }

  /**
   * Resumes the suspended response with a result or a failure; nothing of it is sent if it is
   * committed.
   */
  private void end(Object result) {
    if (ended.compareAndSet(false, true)) {
      if (result instanceof Throwable failure) {
        response.resume(failure);
      } else {
        response.resume(result);
      }
    }
  }
}
