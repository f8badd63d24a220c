package dev.chatmultischema.stream;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A client that goes on at the next replica where its stream ended, from the last {@code seq} it
 * saw, as a browser does behind a load balancer.
 */
final class Follower implements AutoCloseable {

  private final List<URI> replicas;
  private final Map<String, String> headers;
  private final List<SseClient> streams = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /**
   * Follows from the first message on, at the first of the replicas to begin with.
   *
   * @param headers who follows which tenant
   */
  Follower(List<URI> replicas, Map<String, String> headers) {
    this.replicas = replicas;
    this.headers = headers;
    var thread = new Thread(this::follow, "follower");
    thread.setDaemon(true);
    thread.start();
  }

  private void follow() {
    long last = 0;
    for (int turn = 0; !closed; turn++) {
      var position = new HashMap<>(headers);
      position.put("Last-Event-ID", Long.toString(last));
      var replica = replicas.get(turn % replicas.size());
      try (var stream = new SseClient(replica.resolve("/messages/stream"), position)) {
        streams.add(stream);
        stream.awaitEnd();
        var seqs = stream.seqs();
        last = seqs.isEmpty() ? last : seqs.get(seqs.size() - 1);
      } catch (IOException gone) {
        // The next one may be there.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Whether it has a stream that was opened. */
  boolean isFollowing() {
    return !streams.isEmpty() && last().isOpen();
  }

  private SseClient last() {
    return streams.get(streams.size() - 1);
  }

  /** How many streams it has had. */
  int streams() {
    return streams.size();
  }

  /** How many messages it saw, on all streams. */
  int seen() {
    return streams.stream().mapToInt(SseClient::messageCount).sum();
  }

  /** The {@code seq} of each of them. */
  List<Long> seqs() {
    return streams.stream().flatMap(stream -> stream.seqs().stream()).toList();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    if (!streams.isEmpty()) {
      last().close();
    }
  }
}
