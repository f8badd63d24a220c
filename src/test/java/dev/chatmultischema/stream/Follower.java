package dev.chatmultischema.stream;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A client that continues at the next node when its stream ends, after the last event that it
 * received, as a browser does behind a load balancer. After a {@code reset} it forgets what it has
 * received, and reads from the first message again.
 */
public final class Follower implements AutoCloseable {

  private final List<URI> nodes;
  private final Map<String, String> headers;
  private final List<SseClient> streams = new CopyOnWriteArrayList<>();
  private volatile int resets;
  private volatile URI node;
  private volatile boolean closed;

  /**
   * Follows from the first message, at first on the first node.
   *
   * @param headers the authorization and the tenant
   */
  public Follower(List<URI> nodes, Map<String, String> headers) {
    this.nodes = nodes;
    this.headers = headers;
    var thread = new Thread(this::follow, "follower");
    thread.setDaemon(true);
    thread.start();
  }

  private void follow() {
    var last = "0";
    for (int turn = 0; !closed; turn++) {
      var position = new HashMap<>(headers);
      position.put("Last-Event-ID", last);
      node = nodes.get(turn % nodes.size());
      try (var stream = new SseClient(node.resolve("/messages/stream"), position)) {
        streams.add(stream);
        stream.awaitFirst();
        if (stream.isReset()) {
          resets++;
          streams.clear();
          last = "0";
          continue;
        }
        stream.awaitEnd();
        var messages = stream.messages();
        last = messages.isEmpty() ? last : messages.get(messages.size() - 1).id();
      } catch (IOException gone) {
        // The next node may be reachable.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Returns whether it has an open stream. */
  public boolean isFollowing() {
    return !streams.isEmpty() && last().isOpen();
  }

  /** Returns whether its last stream is, or would be, at a node. */
  public boolean isAt(URI node) {
    return node.equals(this.node);
  }

  private SseClient last() {
    return streams.get(streams.size() - 1);
  }

  /** Returns the number of {@code reset} events received. */
  public int resets() {
    return resets;
  }

  /** Returns the number of streams so far. */
  public int streams() {
    return streams.size();
  }

  /** Returns the number of messages received on all streams. */
  public int seen() {
    return streams.stream().mapToInt(SseClient::messageCount).sum();
  }

  /** Returns the {@code seq} of each message received. */
  public List<Long> seqs() {
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
