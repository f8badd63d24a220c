package dev.chatmultischema.http.request;

import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.problem.ProblemException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/**
 * Reads one request's body without blocking a thread: it runs when bytes have come, and asks to be
 * run again.
 *
 * <p>Once more than a first part has come, the request is held back until its caller is known and
 * may be charged.
 */
final class BodyReader implements Runnable {

  /** What a body may bring before its caller is looked up. */
  private static final int FIRST_PART_BYTES = 16 * 1024;

  /** What becomes of the body. */
  interface Outcome {

    /** The body has come whole. */
    void complete(GrowingBytes body);

    /** Has the owner charged, and then runs the reader again, or calls {@link #refused}. */
    void authorize();

    /** The request is refused. */
    void refused(ProblemException refusal, boolean bodyUnread);

    /** The client has gone. */
    void failed(Throwable cause);
  }

  private final Request request;
  private final Outcome outcome;
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
      Outcome outcome,
      RequestLimits limits,
      int limit,
      ByteBudget.Reservation reservation) {
    this.request = request;
    this.outcome = outcome;
    this.limits = limits;
    this.limit = limit;
    this.reservation = reservation;
    this.body = new GrowingBytes(limit, request.getLength(), reservation);
    this.endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
  }

  /** The owner was charged: reading may go on. */
  void authorized() {
    authorized = true;
  }

  @Override
  public void run() {
    while (true) {
      if (!authorized && refusal == null && received > FIRST_PART_BYTES) {
        outcome.authorize();
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
      take(chunk);
      if (last) {
        end();
        return;
      }
      if (received > limit) {
        refuse(Refusal.bodyTooLarge(limit));
        return;
      }
      if (limits.tooSlow(System.nanoTime() - started, received)) {
        refuse(Refusal.bodyTooSlow());
        return;
      }
    }
  }

  private void take(Content.Chunk chunk) {
    try {
      received += chunk.remaining();
      if (refusal == null && received <= limit) {
        body.append(chunk.getByteBuffer());
      }
    } catch (GrowingBytes.TooMany e) {
      // The rest is read and dropped: a client that is still sending would not see an answer.
      refusal = e.budgetSpent() ? Refusal.noMemory() : Refusal.bodyTooLarge(limit);
      reservation.close();
    } finally {
      chunk.release();
    }
  }

  private void end() {
    restoreIdleTimeout();
    if (received > limit) {
      outcome.refused(Refusal.bodyTooLarge(limit), false);
    } else if (refusal != null) {
      outcome.refused(refusal, false);
    } else {
      outcome.complete(body);
    }
  }

  private void refuse(ProblemException reason) {
    restoreIdleTimeout();
    outcome.refused(reason, true);
  }

  private void fail(Content.Chunk chunk) {
    if (!chunk.isLast() && chunk.getFailure() instanceof TimeoutException) {
      refuse(Refusal.bodyTooSlow());
    } else {
      restoreIdleTimeout();
      outcome.failed(chunk.getFailure());
    }
  }

  /** Jetty then wakes a reader whose client is silent with a failure that is not the last. */
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
