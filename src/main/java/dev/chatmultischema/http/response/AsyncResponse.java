package dev.chatmultischema.http.response;

import dev.chatmultischema.http.limits.ByteBudget;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * A response that queues written bytes and sends them as fast as the client reads, so that no
 * thread waits for a client. A writer blocks above the limit of {@link ResponseQueue}; the
 * connection is closed if the budget of all responses is exceeded, or a slice is not read within
 * the stall limit.
 */
final class AsyncResponse extends Response.Wrapper {

  /** Bytes that each response may queue outside the budget. */
  private static final int FREE_BYTES = 32 * 1024;

  private static final int SLICE_BYTES = 32 * 1024;

  private final AsyncResponseHandler settings;
  private final Callback completion;
  private final Sender sender = new Sender();

  // All fields below are guarded by this.
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private long queuedBytes;
  private ByteBudget.Reservation reservation;
  private Callback waitingWriter;
  private Throwable failure;
  private boolean ended;
  private boolean senderFailed;
  private boolean lastQueued;
  private StallTimer stallTimer;
  private long slicesSent;

  AsyncResponse(
      AsyncResponseHandler settings, Request request, Response response, Callback completion) {
    super(request, response);
    this.settings = settings;
    this.completion = completion;
  }

  @Override
  public void write(boolean last, ByteBuffer bytes, Callback callback) {
    var own =
        BufferUtil.isEmpty(bytes)
            ? new Piece(last, settings.errorBody(this, last))
            : Piece.copyOf(last, bytes);
    Throwable refused;
    boolean wait = false;
    synchronized (this) {
      refused = failure;
      if (refused == null) {
        pieces.add(own);
        lastQueued |= last;
        queuedBytes += own.remaining();
      }
    }
    if (refused == null) {
      sender.iterate();
      synchronized (this) {
        if (failure == null && queuedBytes > FREE_BYTES && !reserve()) {
          refused =
              new EofException("the client reads too slowly, and the budget of responses is spent");
        } else if (queuedBytes > ResponseQueue.maxBytes(getRequest())) {
          waitingWriter = callback;
          wait = true;
        }
      }
      watchForStall();
    }
    if (refused != null) {
      abort(refused);
      callback.failed(refused);
    } else if (!wait) {
      callback.succeeded();
    }
  }

  private boolean reserve() {
    if (reservation == null) {
      reservation = settings.budget().open(settings.budgetKey(getRequest()));
    }
    long more = queuedBytes - FREE_BYTES - reservation.bytes();
    return more <= 0 || reservation.tryReserve(more);
  }

  /** Returns a callback that completes the request once all written bytes have been sent. */
  Callback completion() {
    return Callback.from(
        this::end,
        cause -> {
          fail(cause);
          end();
        });
  }

  private synchronized void fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  @Override
  public synchronized boolean hasLastWrite() {
    return lastQueued || super.hasLastWrite();
  }

  private void end() {
    boolean failed;
    synchronized (this) {
      ended = true;
      failed = senderFailed;
    }
    if (failed) {
      complete();
    } else {
      sender.iterate();
      watchForStall();
    }
  }

  private void complete() {
    Throwable cause;
    synchronized (this) {
      cause = failure;
    }
    if (cause == null) {
      completion.succeeded();
    } else {
      completion.failed(cause);
    }
  }

  private void watchForStall() {
    StallTimer timer;
    synchronized (this) {
      if (queuedBytes == 0) {
        return;
      }
      if (stallTimer == null) {
        stallTimer =
            new StallTimer(
                getRequest().getComponents().getScheduler(),
                settings.stallLimit(),
                this::progress,
                () -> abort(new TimeoutException("the client does not read the response")));
      }
      timer = stallTimer;
    }
    timer.start();
  }

  private synchronized long progress() {
    return queuedBytes == 0 ? StallTimer.IDLE : slicesSent;
  }

  /** Closes the connection, which fails the pending write. */
  private void abort(Throwable cause) {
    fail(cause);
    getRequest().getConnectionMetaData().getConnection().getEndPoint().close(cause);
  }

  /** Sends one slice after the other, each once Jetty has written the previous one. */
  private final class Sender extends IteratingCallback {

    private Piece piece;
    private int slice;

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }

    @Override
    protected Action process() {
      synchronized (AsyncResponse.this) {
        if (piece == null || piece.remaining() == 0) {
          piece = pieces.poll();
        }
        if (piece == null) {
          return ended ? Action.SUCCEEDED : Action.IDLE;
        }
      }
      var bytes = piece.nextSlice(SLICE_BYTES);
      slice = bytes.remaining();
      AsyncResponse.super.write(piece.last() && piece.remaining() == 0, bytes, this);
      return Action.SCHEDULED;
    }

    @Override
    protected void onSuccess() {
      Callback writer = null;
      synchronized (AsyncResponse.this) {
        slicesSent++;
        queuedBytes -= slice;
        slice = 0;
        if (queuedBytes == 0 && reservation != null) {
          reservation.set(0);
        }
        if (queuedBytes <= ResponseQueue.maxBytes(getRequest()) / 2) {
          writer = waitingWriter;
          waitingWriter = null;
        }
      }
      if (writer != null) {
        writer.succeeded();
      }
    }

    @Override
    protected void onCompleteSuccess() {
      complete();
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
      Callback writer;
      boolean complete;
      synchronized (AsyncResponse.this) {
        failure = cause;
        pieces.clear();
        queuedBytes = 0;
        if (reservation != null) {
          reservation.close();
        }
        writer = waitingWriter;
        waitingWriter = null;
        complete = ended;
        senderFailed = true;
      }
      if (writer != null) {
        writer.failed(cause);
      }
      if (complete) {
        complete();
      }
    }
  }
}
