package dev.chatmultischema.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Speaks HTTP to one port of the service, with a token and a tenant if it was given any; each
 * {@code with…} returns another client.
 *
 * <p>A body is text that is sent as it is, or anything else that is sent as JSON.
 */
public final class ChatClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final URI base;
  private final Map<String, String> headers;

  ChatClient(URI base, Map<String, String> headers) {
    this.base = base;
    this.headers = headers;
  }

  public ChatClient as(String token) {
    return with("Authorization", "Bearer " + token);
  }

  public ChatClient tenant(Object tenant) {
    return with("X-Tenant-ID", tenant.toString());
  }

  /** Sends a header with every request, instead of another of that name. */
  public ChatClient with(String header, String value) {
    var more = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(headers);
    more.put(header, value);
    return new ChatClient(base, more);
  }

  /** Returns the same client of another node. */
  public ChatClient at(ChatService node) {
    return new ChatClient(node.uri(), headers);
  }

  public Answer get(String path) {
    return send("GET", path, BodyPublishers.noBody());
  }

  public Answer options(String path) {
    return send("OPTIONS", path, BodyPublishers.noBody());
  }

  public Answer delete(String path) {
    return send("DELETE", path, BodyPublishers.noBody());
  }

  public Answer post(String path) {
    return send("POST", path, BodyPublishers.noBody());
  }

  public Answer post(String path, Object body) {
    return send("POST", path, publisher(body));
  }

  public Answer put(String path, Object body) {
    return send("PUT", path, publisher(body));
  }

  public Answer patch(String path, Object body) {
    return send("PATCH", path, publisher(body));
  }

  /** Returns the highest {@code seq} stored, 0 if there is none. */
  public long head() {
    var newest = get("/messages?order=desc&limit=1").expect(200).json();
    return newest.at("/data/0/seq").asLong();
  }

  /** Returns all messages of the tenant, by {@code seq}. */
  public List<JsonNode> messages() {
    var all = new ArrayList<JsonNode>();
    var page = get("/messages?limit=500").expect(200);
    page.json().get("data").forEach(all::add);
    while (page.json().get("has_more").asBoolean()) {
      page = get("/messages?limit=500&cursor=" + page.text("/next_cursor")).expect(200);
      page.json().get("data").forEach(all::add);
    }
    return all;
  }

  /** Gets a response that may never end; the caller closes its body. */
  public HttpResponse<InputStream> open(String path) {
    return exchange(request("GET", path, BodyPublishers.noBody()), BodyHandlers.ofInputStream());
  }

  private Answer send(String method, String path, BodyPublisher body) {
    return Answer.of(exchange(request(method, path, body), BodyHandlers.ofString()));
  }

  private HttpRequest request(String method, String path, BodyPublisher body) {
    var request = HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT).method(method, body);
    if (body.contentLength() != 0 && !headers.containsKey("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    return request.build();
  }

  private static BodyPublisher publisher(Object body) {
    if (body instanceof byte[] bytes) {
      return BodyPublishers.ofByteArray(bytes);
    }
    try {
      return BodyPublishers.ofString(
          body instanceof String text ? text : JSON.writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> handler) {
    try {
      return HTTP.send(request, handler);
    } catch (IOException e) {
      throw new UncheckedIOException(request.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(request + " was interrupted", e);
    }
  }
}
