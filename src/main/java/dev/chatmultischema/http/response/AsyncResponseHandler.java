package dev.chatmultischema.http.response;

import dev.chatmultischema.http.limits.BudgetKeyResolver;
import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemWriter;
import dev.chatmultischema.http.trace.RequestIdHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** Wraps every response in an {@link AsyncResponse}, so that no thread waits for a client. */
public final class AsyncResponseHandler extends Handler.Wrapper {

  private final BudgetKeyResolver keys;
  private final ByteBudget budget;
  private final Duration stallLimit;
  private final ProblemWriter problems;

  /**
   * @param stallLimit the longest time in which a client may read nothing
   */
  public AsyncResponseHandler(
      BudgetKeyResolver keys, ByteBudget budget, Duration stallLimit, ProblemWriter problems) {
    this.keys = keys;
    this.budget = budget;
    this.stallLimit = stallLimit;
    this.problems = problems;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var async = new AsyncResponse(this, request, response, callback);
    return super.handle(request, async, async.completion());
  }

  /** Returns the caller, or the remote address of a request without a valid token. */
  Object budgetKey(Request request) {
    return Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION))
        .flatMap(
            authorization ->
                keys.resolveSigned(authorization, request.getHeaders().get("X-Tenant-ID")))
        .orElseGet(() -> Request.getRemoteAddr(request));
  }

  ByteBudget budget() {
    return budget;
  }

  Duration stallLimit() {
    return stallLimit;
  }

  /** Returns a problem as the body of an error for which a servlet has written none. */
  ByteBuffer errorBody(Response response, boolean last) {
    if (!last || response.getStatus() < 400 || response.isCommitted()) {
      return BufferUtil.EMPTY_BUFFER;
    }
    RequestIdHandler.complete(response.getRequest(), response);
    return problems.prepare(response, Problem.ofStatus(response.getStatus()));
  }
}
