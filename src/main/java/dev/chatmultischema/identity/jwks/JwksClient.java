package dev.chatmultischema.identity.jwks;

import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Fetches documents of JWKS URLs, which customers of the service choose: within a time and a size,
 * from public addresses, and without redirects, cookies, credentials and compression.
 *
 * <p>At most {@value #MAX_FETCHES} fetches run at once. The client has few threads, which exist
 * from the first fetch on.
 */
public final class JwksClient implements Managed {

  static final int MAX_BYTES = 256 * 1024;

  private static final int MAX_FETCHES = 8;
  private static final int MAX_HEADER_BYTES = 16 * 1024;
  private static final int THREADS = 6;

  private final HttpClient http;
  private final Duration timeout;
  private final Semaphore permits = new Semaphore(MAX_FETCHES);

  /**
   * @param timeout the time of a fetch, from the resolution of the host to the last byte
   * @param isPrivateAllowed whether to connect to addresses that are not public
   */
  public JwksClient(Duration timeout, boolean isPrivateAllowed) {
    this.timeout = timeout;
    var threads = new QueuedThreadPool(THREADS, 1, 10_000);
    threads.setName("jwks");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    var connector = new ClientConnector();
    connector.setSelectors(1);
    http = new HttpClient(new HttpClientTransportOverHTTP(connector));
    http.setExecutor(threads);
    http.setScheduler(new ScheduledExecutorScheduler("jwks-timeouts", true));
    SocketAddressResolver resolver =
        new SocketAddressResolver.Async(threads, http.getScheduler(), timeout.toMillis());
    http.setSocketAddressResolver(
        isPrivateAllowed ? resolver : new PublicAddressResolver(resolver));
    http.setConnectTimeout(timeout.toMillis());
    http.setIdleTimeout(timeout.toMillis());
    http.setDestinationIdleTimeout(timeout.toMillis());
    http.setMaxConnectionsPerDestination(MAX_FETCHES);
    http.setMaxResponseHeadersSize(MAX_HEADER_BYTES);
    http.setFollowRedirects(false);
    http.setHttpCookieStore(new HttpCookieStore.Empty());
    http.setUserAgentField(null);
  }

  /**
   * Starts a fetch; empty if too many are running. The future fails with an {@link IOException} or
   * another exception that says what the server did, and with {@link InvalidKey} if the document
   * has no usable keys.
   */
  public Optional<CompletableFuture<KeySet>> fetch(URI url) {
    if (!permits.tryAcquire()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          send(url).thenApply(JwksClient::keys).whenComplete((keys, failure) -> permits.release()));
    } catch (RuntimeException | Error e) {
      permits.release();
      throw e;
    }
  }

  private CompletableFuture<ContentResponse> send(URI url) {
    try {
      startOnce();
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
    var request =
        http.newRequest(url)
            .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .followRedirects(false)
            // A kept connection would outlive the check of its address.
            .headers(
                headers ->
                    headers
                        .put(HttpHeader.CONNECTION, "close")
                        .put(HttpHeader.ACCEPT, "application/jwk-set+json, application/json")
                        .remove(HttpHeader.ACCEPT_ENCODING));
    return new CompletableResponseListener(request, MAX_BYTES).send();
  }

  private static KeySet keys(ContentResponse response) {
    try {
      if (response.getStatus() != HttpStatus.OK_200) {
        throw new IOException(
            String.format(Locale.ROOT, "the server answered with status %d", response.getStatus()));
      }
      return KeySet.ofDocument(response.getContent());
    } catch (IOException | InvalidKey e) {
      throw new CompletionException(e);
    }
  }

  /** Starts the threads; the first fetch calls it, so that a service without issuers has none. */
  private synchronized void startOnce() throws Exception {
    if (!http.isRunning()) {
      http.start();
      http.getProtocolHandlers().clear();
      http.getContentDecoderFactories().clear();
    }
  }

  @Override
  public synchronized void stop() throws Exception {
    http.stop();
  }
}
