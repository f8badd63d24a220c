package dev.chatmultischema.api.history;

import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.history.HistoryImport;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import jakarta.ws.rs.container.AsyncResponse;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the body of an import while it arrives. No thread waits for the client, which TCP slows
 * down while messages are stored.
 */
final class ImportRequest {

  private static final Logger LOG = LoggerFactory.getLogger(ImportRequest.class);

  /** The chunks after which another import or export may run. */
  private static final int CHUNKS_AT_ONCE = 64;

  private final HistoryImport history;
  private final Runnable authorization;
  private final TaskScheduler scheduler;
  private final Request request;
  private final AsyncResponse response;

  /**
   * @param authorization throws if the caller may not write to the tenant any more
   * @param response the suspended response, which is resumed at the end
   */
  ImportRequest(
      HistoryImport history,
      Runnable authorization,
      TaskScheduler scheduler,
      Request request,
      AsyncResponse response) {
    this.history = history;
    this.authorization = authorization;
    this.scheduler = scheduler;
    this.request = request;
    this.response = response;
  }

  /** Starts to read; returns at once. */
  void start() {
    scheduler.execute(this::read);
  }

  private void read() {
    try {
      authorization.run();
      for (int chunks = 0; chunks < CHUNKS_AT_ONCE; chunks++) {
        var chunk = request.read();
        if (chunk == null) {
          request.demand(() -> scheduler.execute(this::read));
          return;
        }
        if (Content.Chunk.isFailure(chunk)) {
          fail(chunk.getFailure());
          return;
        }
        boolean last = chunk.isLast();
        add(chunk);
        if (last) {
          response.resume(history.finish());
          return;
        }
      }
      scheduler.execute(this::read);
    } catch (RuntimeException | Error e) {
      response.resume(e);
    }
  }

  private void add(Content.Chunk chunk) {
    try {
      var bytes = new byte[chunk.remaining()];
      chunk.getByteBuffer().get(bytes);
      history.add(bytes, 0, bytes.length);
    } finally {
      chunk.release();
    }
  }

  /** Stores what has arrived: the client may go on with the rest. */
  private void fail(Throwable failure) {
    LOG.info("an import ended before its last line: {}", failure.toString());
    history.storeCompleteLines();
    response.resume(
        failure instanceof TimeoutException
            ? new ProblemException(
                Problem.of(408, "request_timeout", "the body did not arrive in time"))
            : failure);
  }
}
