package dev.chatmultischema.http.response;

import dev.chatmultischema.http.limits.BudgetKeyResolver;
import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.problem.ProblemWriter;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Sends every response without a thread that waits for the client, see {@link AsyncResponse}. */
public final class AsyncResponseHandler extends Handler.Wrapper {

  private final BudgetKeyResolver keys;
  private final ByteBudget budget;
  private final Duration stall;
  private final ProblemWriter problems;

  /**
   * @param stall how long a client may read nothing
   */
  public AsyncResponseHandler(
      BudgetKeyResolver keys, ByteBudget budget, Duration stall, ProblemWriter problems) {
    this.keys = keys;
    this.budget = budget;
    this.stall = stall;
    this.problems = problems;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var async = new AsyncResponse(this, request, response, callback);
    return super.handle(request, async, async.completion());
  }

  /** Whom a response is charged to: the caller, or the address of a stranger. */
  Object owner(Request request) {
    return Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION))
        .flatMap(keys::resolveSigned)
        .orElseGet(() -> Request.getRemoteAddr(request));
  }

  ByteBudget budget() {
    return budget;
  }

  long stallMillis() {
    return stall.toMillis();
  }

  ProblemWriter problems() {
    return problems;
  }
}
