package dev.chatmultischema.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.http.admin.AdminAccessFactory;
import dev.chatmultischema.http.admin.AdminAccessFactory.Refused;
import dev.chatmultischema.http.connection.ConnectionsFactory;
import dev.chatmultischema.http.entity.EntityValidator;
import dev.chatmultischema.http.entity.JsonEntities;
import dev.chatmultischema.http.limits.BudgetKeyResolver;
import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.limits.ConcurrencyLimiter;
import dev.chatmultischema.http.problem.ProblemWriter;
import dev.chatmultischema.http.request.BodyFilter;
import dev.chatmultischema.http.request.BodyKeyResolver;
import dev.chatmultischema.http.request.ProxyFactory;
import dev.chatmultischema.http.request.RequestBodyHandler;
import dev.chatmultischema.http.request.RequestBodyHandler.Body;
import dev.chatmultischema.http.request.RequestBodyHandler.Route;
import dev.chatmultischema.http.request.RequestLimits;
import dev.chatmultischema.http.request.RequestLineHandler;
import dev.chatmultischema.http.response.AsyncResponseHandler;
import dev.chatmultischema.http.response.HeadFilter;
import dev.chatmultischema.http.response.ResponseFactory;
import dev.chatmultischema.http.trace.RequestIdHandler;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.gzip.GzipHandler;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * The {@code http} section: limits the threads and the memory that a client of either port may use,
 * however slowly it sends and reads.
 */
public final class HttpFactory {

  private static final String LOGIN = "/authentication/login";
  private static final int LOGIN_BYTES = 16 * 1024;
  private static final int DEFAULT_BYTES = 512 * 1024;
  private static final int ADMIN_BYTES = 64 * 1024;
  private static final int ADMIN_TASKS = 4;
  private static final int ADMIN_READERS = 4;
  private static final int CONSOLE_READERS = 3;

  private static final Set<String> HEALTH = Set.of("/health", "/health-check");
  private static final Set<String> ADMIN_HEALTH = Set.of("/health-check", "/ping");
  private static final String CONSOLE = "/console";
  private static final Set<String> MONITORING = Set.of("/healthcheck", "/metrics", "/prometheus");

  private static final Route UNLIMITED =
      new Route(
          Body.DISCARDED, new ConcurrencyLimiter(Integer.MAX_VALUE, 0, java.time.Duration.ZERO));

  /**
   * The requests that may block at once on the broker or database; others wait without a thread.
   */
  @Min(1)
  @JsonProperty
  private int maxBlockingRequests = 38;

  /** The requests that may wait to run; further ones are refused with 503. */
  @Min(0)
  @JsonProperty
  private int maxWaitingRequests = 1_000;

  /** The time that a request may wait to run, before it is refused with 503. */
  @NotNull
  @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
  @JsonProperty
  private Duration maxWait = Duration.seconds(10);

  /** The time without a byte of a body after which its request is refused with 408. */
  @NotNull
  @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
  @JsonProperty
  private Duration bodySilence = Duration.seconds(10);

  /** The time within which a body must be complete, or its request is refused with 408. */
  @NotNull
  @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
  @JsonProperty
  private Duration bodyTimeout = Duration.minutes(2);

  /** The average bytes per second of a body after its first silence; slower ones get 408. */
  @NotNull @JsonProperty private DataSize minBodyRate = DataSize.kibibytes(4);

  /** The time without progress of a response after which its client is disconnected. */
  @NotNull
  @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
  @JsonProperty
  private Duration responseStall = Duration.seconds(20);

  @Valid @NotNull @JsonProperty private AdminAccessFactory admin = new AdminAccessFactory();

  @Valid @NotNull @JsonProperty private ConnectionsFactory connections = new ConnectionsFactory();

  @Valid @NotNull @JsonProperty private ResponseFactory responses = new ResponseFactory();

  @Valid @NotNull @JsonProperty private ProxyFactory proxies = new ProxyFactory();

  /** Returns the section {@code http.proxies}. */
  public ProxyFactory proxies() {
    return proxies;
  }

  /** Returns the section {@code http.connections}. */
  public ConnectionsFactory connections() {
    return connections;
  }

  /** Returns the section {@code http.responses}. */
  public ResponseFactory responses() {
    return responses;
  }

  /**
   * Inserts the handlers in front of the servlets of both ports. Handlers that are inserted into
   * the application's context afterwards see all responses.
   *
   * @param largeBodies the limits, in bytes, of paths that accept bodies of more than 512 KiB
   * @param streamedBodies whether the servlet of a path reads the body itself, without blocking
   * @param refused is called for each request that the admin port refuses
   */
  public void build(
      Environment environment,
      BudgetKeyResolver keys,
      Map<String, Integer> largeBodies,
      Predicate<String> streamedBodies,
      Consumer<Refused> refused) {
    var problems = new ProblemWriter(environment.getObjectMapper());
    int largest =
        largeBodies.values().stream().mapToInt(Integer::intValue).max().orElse(DEFAULT_BYTES);
    var bodies = bodyBudget(Runtime.getRuntime().maxMemory(), largest);

    long memory = Runtime.getRuntime().maxMemory() / 8;
    var responses = new ByteBudget(memory, memory / 4);
    environment.metrics().registerGauge("http.body-bytes", bodies::reserved);
    environment.metrics().registerGauge("http.response-bytes", responses::reserved);

    var bytesByPath = new HashMap<>(largeBodies);
    bytesByPath.put(LOGIN, LOGIN_BYTES);
    var requests = limiter(maxBlockingRequests);
    environment
        .getApplicationContext()
        .insertHandler(
            new RequestBodyHandler(
                limits(DEFAULT_BYTES, bytesByPath),
                bodies,
                BodyKeyResolver.authenticated(keys, Set.of(LOGIN)),
                path ->
                    HEALTH.contains(path)
                        ? UNLIMITED
                        : new Route(
                            streamedBodies.test(path) ? Body.STREAMED : Body.BUFFERED, requests),
                problems));

    var tasks = limiter(ADMIN_TASKS);
    var readers = limiter(ADMIN_READERS);
    var console = limiter(CONSOLE_READERS);
    environment
        .getAdminContext()
        .insertHandler(
            new RequestBodyHandler(
                limits(ADMIN_BYTES, Map.of()),
                new ByteBudget(64L * ADMIN_BYTES, 64L * ADMIN_BYTES),
                BodyKeyResolver.constant("admin"),
                path ->
                    ADMIN_HEALTH.contains(path)
                        ? UNLIMITED
                        : new Route(
                            Body.BUFFERED,
                            path.startsWith(CONSOLE)
                                ? console
                                : MONITORING.contains(path) ? readers : tasks),
                problems));

    // The outermost handler of the port: nothing runs for a request that it refuses.
    admin.build(environment, problems, refused);

    environment.jersey().register(new JsonEntities(environment.getObjectMapper()));
    environment.jersey().register(EntityValidator.binder(environment.getValidator()));
    environment.jersey().register(new BodyFilter());
    environment.jersey().register(new HeadFilter());
    environment
        .lifecycle()
        .addEventListener(
            new LifeCycle.Listener() {
              @Override
              public void lifeCycleStarting(LifeCycle server) {
                insert((Server) server, keys, responses, problems);
              }
            });
  }

  /**
   * Returns the budget of all bodies: a sixth of the heap, since a parsed body takes several times
   * its size, but more than the largest body. The share of a key is half of the budget, or one body
   * of the largest size.
   */
  public static ByteBudget bodyBudget(long heap, int largest) {
    long total = Math.max(heap / 6, largest + largest / 4L);
    return new ByteBudget(total, Math.max(total / 2, largest));
  }

  private void insert(
      Server server, BudgetKeyResolver keys, ByteBudget responses, ProblemWriter problems) {
    for (var connector : server.getConnectors()) {
      ConnectorSettings.apply(connector);
    }
    connections.watch(server, proxies.isTrusted());
    // RequestBodyHandler decodes bodies, more strictly.
    server.getDescendants(GzipHandler.class).forEach(gzip -> gzip.setInflateBufferSize(0));
    var handler =
        new AsyncResponseHandler(keys, responses, responseStall.toJavaDuration(), problems);
    handler.setHandler(new RequestLineHandler(problems));
    ((Handler.Singleton) server.getHandler()).insertHandler(handler);
    server.insertHandler(new RequestIdHandler());
  }

  private RequestLimits limits(int bytes, Map<String, Integer> bytesByPath) {
    return new RequestLimits(
        bytes,
        bytesByPath,
        bodySilence.toJavaDuration(),
        bodyTimeout.toJavaDuration(),
        minBodyRate.toBytes());
  }

  private ConcurrencyLimiter limiter(int permits) {
    return new ConcurrencyLimiter(permits, maxWaitingRequests, maxWait.toJavaDuration());
  }
}
