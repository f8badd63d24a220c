package dev.chatmultischema.http.request;

import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.problem.ProblemException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/**
 * Reads the body of one request without blocking a thread: runs when bytes have arrived, and
 * demands to be run again.
 *
 * <p>After a first part of the body, reading pauses until the request's budget key is resolved.
 */
final class BodyReader implements Runnable {

  /** Bytes that are read before the budget key is resolved. */
  private static final int FIRST_PART_BYTES = 16 * 1024;

  /** Receives the result of reading; exactly one of the last three methods is called. */
  interface Listener {

    /** The body has arrived completely. */
    void complete(GrowingBytes body);

    /** Resolves the budget key, and then runs the reader again or refuses the request. */
    void resolveKey();

    /** The request is refused. */
    void refused(ProblemException refusal, boolean bodyUnread);

    /** The client has disconnected. */
    void failed(Throwable cause);
  }

  private final Request request;
  private final Listener listener;
  private final RequestLimits limits;
  private final int limit;
  private final ByteBudget.Reservation reservation;
  private final GrowingBytes body;
  private final EndPoint endPoint;
  private final long started = System.nanoTime();
  private long received;
  private long idleTimeout = -1;
  private boolean authorized;
  private ProblemException refusal;

  BodyReader(
      Request request,
      Listener listener,
      RequestLimits limits,
      int limit,
      ByteBudget.Reservation reservation) {
    this.request = request;
    this.listener = listener;
    this.limits = limits;
    this.limit = limit;
    this.reservation = reservation;
    this.body = new GrowingBytes(limit, request.getLength(), reservation);
    this.endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
  }

  /** Lets the reader continue when it is run again. */
  void authorize() {
    authorized = true;
  }

  @Override
  public void run() {
    while (true) {
      if (!authorized && refusal == null && received > FIRST_PART_BYTES) {
        listener.resolveKey();
        return;
      }
      var chunk = request.read();
      if (chunk == null) {
        limitSilence();
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        fail(chunk);
        return;
      }
      boolean last = chunk.isLast();
      append(chunk);
      if (last) {
        end();
        return;
      }
      if (received > limit) {
        refuse(Refusal.bodyTooLarge(limit));
        return;
      }
      if (limits.isTooSlow(System.nanoTime() - started, received)) {
        refuse(Refusal.bodyTooSlow());
        return;
      }
    }
  }

  private void append(Content.Chunk chunk) {
    try {
      received += chunk.remaining();
      if (refusal == null && received <= limit) {
        body.append(chunk.getByteBuffer());
      }
    } catch (GrowingBytes.LimitExceeded e) {
      // The rest is read and dropped: a client that is still sending does not read a response.
      refusal = e.budgetSpent() ? Refusal.noMemory() : Refusal.bodyTooLarge(limit);
      reservation.close();
    } finally {
      chunk.release();
    }
  }

  private void end() {
    restoreIdleTimeout();
    if (received > limit) {
      listener.refused(Refusal.bodyTooLarge(limit), false);
    } else if (refusal != null) {
      listener.refused(refusal, false);
    } else {
      listener.complete(body);
    }
  }

  private void refuse(ProblemException reason) {
    restoreIdleTimeout();
    listener.refused(reason, true);
  }

  private void fail(Content.Chunk chunk) {
    if (!chunk.isLast() && chunk.getFailure() instanceof TimeoutException) {
      refuse(Refusal.bodyTooSlow());
    } else {
      restoreIdleTimeout();
      listener.failed(chunk.getFailure());
    }
  }

  /** Jetty wakes the reader of a silent client with a failure that is not the last chunk. */
  private void limitSilence() {
    if (idleTimeout < 0) {
      idleTimeout = endPoint.getIdleTimeout();
      endPoint.setIdleTimeout(limits.silence().toMillis());
    }
  }

  private void restoreIdleTimeout() {
    if (idleTimeout >= 0) {
      endPoint.setIdleTimeout(idleTimeout);
      idleTimeout = -1;
    }
  }
}
