package dev.chatmultischema.stream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads a stream on a thread of its own, by the rules of the HTML standard. */
final class SseClient implements AutoCloseable {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** An event as a browser would dispatch it. */
  record Event(String type, String id, String data) {
    long seq() {
      return Long.parseLong(id.substring(id.indexOf('.') + 1));
    }
  }

  private final HttpResponse<InputStream> response;
  private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
  private final List<String> comments = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile String retry = "";

  private final AtomicInteger messageCount = new AtomicInteger();

  SseClient(URI uri, Map<String, String> headers) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri);
    headers.forEach(request::header);
    response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      response.body().close();
      throw new IOException("%s answered %d".formatted(uri, response.statusCode()));
    }
    var thread = new Thread(this::read, "sse-client");
    thread.setDaemon(true);
    thread.start();
  }

  static HttpResponse<String> get(URI uri, Map<String, String> headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri);
    headers.forEach(request::header);
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  static HttpResponse<String> send(String method, URI uri, Map<String, String> headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
    headers.forEach(request::header);
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private void read() {
    var type = "message";
    var id = "";
    var data = new StringBuilder();
    try (var lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          if (!data.isEmpty()) {
            events.add(new Event(type, id, data.toString()));
            begun.countDown();
            if (type.equals("message")) {
              messageCount.incrementAndGet();
            }
          }
          type = "message";
          data.setLength(0);
        } else if (line.startsWith(":")) {
          comments.add(line);
        } else {
          var value = line.substring(line.indexOf(": ") + 2);
          switch (line.substring(0, line.indexOf(':'))) {
            case "event" -> type = value;
            case "id" -> id = value;
            case "data" -> data.append(value);
            case "retry" -> retry = value;
            default -> throw new IllegalStateException("unknown field in " + line);
          }
        }
      }
    } catch (IOException e) {
      comments.add("broken: " + e.getMessage());
    } finally {
      begun.countDown();
      ended.countDown();
    }
  }

  HttpResponse<InputStream> response() {
    return response;
  }

  /** Returns the events so far. */
  List<Event> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  /** Returns whether it has received its first event and has not ended. */
  boolean isOpen() {
    return !events.isEmpty() && !hasEnded();
  }

  /** Returns the number of {@link #messages} without copying them. */
  int messageCount() {
    return messageCount.get();
  }

  /** Returns the messages, without the first event. */
  List<Event> messages() {
    return events().stream().filter(event -> event.type().equals("message")).toList();
  }

  List<Long> seqs() {
    return messages().stream().map(Event::seq).toList();
  }

  List<String> comments() {
    synchronized (comments) {
      return List.copyOf(comments);
    }
  }

  String retry() {
    return retry;
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** Waits for the first event or the end. */
  void awaitFirst() throws InterruptedException {
    begun.await();
  }

  /** Returns whether the first event says that the position was of another epoch. */
  boolean isReset() {
    return !events.isEmpty() && events.get(0).type().equals("reset");
  }

  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  @Override
  public void close() throws IOException {
    response.body().close();
  }
}
