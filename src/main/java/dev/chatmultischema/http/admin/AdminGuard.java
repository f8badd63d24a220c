package dev.chatmultischema.http.admin;

import dev.chatmultischema.http.admin.AdminAccessFactory.Refused;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.http.problem.ProblemWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses requests to the admin port before anything else sees them.
 *
 * <p>Browsers send requests of any page to any address that they reach, so a page in an operator's
 * browser could run tasks. Such a request has {@code Origin} or {@code Sec-Fetch-Site}. A page
 * whose own name resolves to the address of this port (DNS rebinding) is of the same origin, but
 * has a {@code Host} that no operator uses.
 */
final class AdminGuard extends Handler.Wrapper {

  private static final String SCHEME = "bearer ";
  private static final Set<String> HEALTH = Set.of("/healthcheck", "/health-check", "/ping");
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  /** The files of the console: they hold no data, and a browser loads them without the token. */
  private static final Pattern FILE_OF_CONSOLE = Pattern.compile("/console(/([a-z]+\\.[a-z]+)?)?");

  private final byte[] token;
  private final boolean profiling;
  private final ProblemWriter problems;
  private final Consumer<Refused> refused;
  private volatile Set<String> hosts = Set.of();

  AdminGuard(String token, boolean profiling, ProblemWriter problems, Consumer<Refused> refused) {
    this.token = token.getBytes(StandardCharsets.UTF_8);
    this.profiling = profiling;
    this.problems = problems;
    this.refused = refused;
  }

  /** Sets the names that {@code Host} may have besides addresses and {@code localhost}. */
  void expect(Set<String> names) {
    hosts = Set.copyOf(names);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var headers = response.getHeaders();
    headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    headers.put("Referrer-Policy", "no-referrer");
    var path = Request.getPathInContext(request);
    if (isOfAnotherSite(request)) {
      return refuse(request, response, callback, 403, "cross_site", "a web page of another site");
    }
    if (!isExpectedHost(request, path)) {
      return refuse(request, response, callback, 403, "unexpected_host", "an unexpected Host");
    }
    if (!HEALTH.contains(path) && !isPage(request, path) && !hasToken(request)) {
      headers.put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
      return refuse(request, response, callback, 401, "unauthenticated", "not the admin token");
    }
    if (path.equals("/pprof") && !profiling) {
      problems.write(response, callback, new ProblemException(Problem.ofStatus(404)), true);
      return true;
    }
    return super.handle(request, response, callback);
  }

  private static boolean isOfAnotherSite(Request request) {
    var headers = request.getHeaders();
    var site = headers.get("Sec-Fetch-Site");
    if (site != null && !OWN_SITES.contains(site)) {
      return true;
    }
    var host = headers.get(HttpHeader.HOST);
    return headers.getValuesList(HttpHeader.ORIGIN).stream()
        .anyMatch(
            origin ->
                !origin.equalsIgnoreCase("http://" + host)
                    && !origin.equalsIgnoreCase("https://" + host));
  }

  /** Health discloses nothing; metrics are read under the names of containers and services. */
  private boolean isExpectedHost(Request request, String path) {
    var header = request.getHeaders().get(HttpHeader.HOST);
    // Clients of HTTP/1.0 may send none; browsers always do.
    if (header == null || HEALTH.contains(path)) {
      return true;
    }
    var name = HostName.of(header);
    return HostName.isExpected(name, hosts)
        || (path.equals("/prometheus")
            && request.getMethod().equals("GET")
            && HostName.isPrivate(name));
  }

  /** Returns whether a browser asks for the console, which asks the operator for the token. */
  private static boolean isPage(Request request, String path) {
    if (!request.getMethod().equals("GET")) {
      return false;
    }
    var accepted = request.getHeaders().get(HttpHeader.ACCEPT);
    return FILE_OF_CONSOLE.matcher(path).matches()
        || (path.equals("/") && accepted != null && accepted.contains("text/html"));
  }

  /** Returns whether the console only asks, without a token, whether it needs one. */
  private static boolean isQuestion(Request request) {
    return Request.getPathInContext(request).equals("/console/api/session")
        && !request.getHeaders().contains(HttpHeader.AUTHORIZATION)
        && !isOfAnotherSite(request);
  }

  private boolean hasToken(Request request) {
    if (token.length == 0) {
      return true;
    }
    var header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    return header != null
        && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        // Compares in a time that does not depend on the place of the first difference.
        && MessageDigest.isEqual(
            token, header.substring(SCHEME.length()).trim().getBytes(StandardCharsets.UTF_8));
  }

  private boolean refuse(
      Request request,
      Response response,
      Callback callback,
      int status,
      String code,
      String reason) {
    if (!isQuestion(request)) {
      refused.accept(new Refused(request, reason));
    }
    problems.write(
        response,
        callback,
        new ProblemException(Problem.of(status, code, "refused: " + reason)),
        true);
    return true;
  }
}
