package dev.chatmultischema.http.response;

import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.problem.Problem;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * A response that takes what is written at once, and sends it as fast as the client reads, so that
 * no thread waits for a client.
 *
 * <p>What a client leaves unread is bounded three ways: by {@link #MAX_QUEUED_BYTES}, at which a
 * writer has to wait after all; by a budget for all responses, beyond which the connection closes;
 * and in time: a client that does not take {@link #SLICE_BYTES} within the stall limit is
 * disconnected.
 */
final class AsyncResponse extends Response.Wrapper {

  /** More than the largest page. */
  private static final int MAX_QUEUED_BYTES = 4 * 1024 * 1024;

  /** What each response may queue without the budget. */
  private static final int FREE_BYTES = 32 * 1024;

  private static final int SLICE_BYTES = 32 * 1024;

  private final AsyncResponseHandler settings;
  private final Callback completion;
  private final Sender sender = new Sender();

  // All below are guarded by this.
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private long queuedBytes;
  private ByteBudget.Reservation reservation;
  private Callback waitingWriter;
  private Throwable failure;
  private boolean ended;
  private boolean senderFailed;
  private boolean lastQueued;
  private boolean stallWatched;
  private long slicesSent;

  private record Piece(boolean last, ByteBuffer bytes) {}

  AsyncResponse(
      AsyncResponseHandler settings, Request request, Response response, Callback completion) {
    super(request, response);
    this.settings = settings;
    this.completion = completion;
  }

  @Override
  public void write(boolean last, ByteBuffer bytes, Callback callback) {
    var own = BufferUtil.isEmpty(bytes) ? problem(last) : copy(bytes);
    Throwable refused;
    boolean wait = false;
    synchronized (this) {
      refused = failure;
      if (refused == null) {
        pieces.add(new Piece(last, own));
        lastQueued |= last;
        queuedBytes += own.remaining();
      }
    }
    if (refused == null) {
      sender.iterate();
      synchronized (this) {
        if (failure == null && queuedBytes > FREE_BYTES && !reserve()) {
          refused = new EofException("the client reads too slowly, and responses hold too much");
        } else if (queuedBytes > MAX_QUEUED_BYTES) {
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

  /** An error that a servlet gave no body gets one. */
  private ByteBuffer problem(boolean last) {
    if (last && getStatus() >= 400 && !isCommitted()) {
      return settings.problems().prepare(this, Problem.ofStatus(getStatus()));
    }
    return BufferUtil.EMPTY_BUFFER;
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    var own = ByteBuffer.allocate(bytes.remaining());
    own.put(bytes).flip();
    return own;
  }

  private boolean reserve() {
    if (reservation == null) {
      reservation = settings.budget().open(settings.owner(getRequest()));
    }
    long more = queuedBytes - FREE_BYTES - reservation.bytes();
    return more <= 0 || reservation.tryReserve(more);
  }

  /** Completes the request once all that was written has been sent. */
  Callback completion() {
    return new Callback() {
      @Override
      public void succeeded() {
        end();
      }

      @Override
      public void failed(Throwable cause) {
        synchronized (AsyncResponse.this) {
          if (failure == null) {
            failure = cause;
          }
        }
        end();
      }
    };
  }

  @Override
  public boolean hasLastWrite() {
    synchronized (this) {
      return lastQueued || super.hasLastWrite();
    }
  }

  private void end() {
    Throwable cause;
    synchronized (this) {
      ended = true;
      cause = senderFailed ? failure : null;
    }
    if (cause != null) {
      completion.failed(cause);
    } else {
      sender.iterate();
      watchForStall();
    }
  }

  private void watchForStall() {
    long sent;
    synchronized (this) {
      if (stallWatched || queuedBytes == 0) {
        return;
      }
      stallWatched = true;
      sent = slicesSent;
    }
    getRequest()
        .getComponents()
        .getScheduler()
        .schedule(() -> checkStall(sent), settings.stallMillis(), TimeUnit.MILLISECONDS);
  }

  private void checkStall(long sentBefore) {
    boolean stalled;
    synchronized (this) {
      stallWatched = false;
      stalled = queuedBytes > 0 && slicesSent == sentBefore;
    }
    if (stalled) {
      abort(new TimeoutException("the client does not read the response"));
    } else {
      watchForStall();
    }
  }

  /** Closes the connection, which fails the write that is pending. */
  private void abort(Throwable cause) {
    synchronized (this) {
      if (failure == null) {
        failure = cause;
      }
    }
    getRequest().getConnectionMetaData().getConnection().getEndPoint().close(cause);
  }

  /** Sends one slice after the other, each once the one before was taken. */
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
        if (piece == null || !piece.bytes().hasRemaining()) {
          piece = pieces.poll();
        }
        if (piece == null) {
          return ended ? Action.SUCCEEDED : Action.IDLE;
        }
      }
      var bytes = piece.bytes();
      slice = Math.min(SLICE_BYTES, bytes.remaining());
      var part = bytes.slice(bytes.position(), slice);
      bytes.position(bytes.position() + slice);
      AsyncResponse.super.write(piece.last() && !bytes.hasRemaining(), part, this);
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
        if (queuedBytes <= MAX_QUEUED_BYTES / 2) {
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
      Throwable cause;
      synchronized (AsyncResponse.this) {
        cause = failure;
      }
      if (cause == null) {
        completion.succeeded();
      } else {
        completion.failed(cause);
      }
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
        completion.failed(cause);
      }
    }
  }
}
