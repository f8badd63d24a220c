package dev.chatmultischema.stream.feed;

import dev.chatmultischema.message.Position;
import dev.chatmultischema.redis.PubSubChannels;
import dev.chatmultischema.redis.RedisSubscriber;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Opens a feed for each tenant with subscribers on this node, and closes it 15 s after the last one
 * has left.
 */
public final class FeedRegistry {

  /** A client that reconnects at once finds the feed with all of its frames. */
  private static final Duration LINGER = Duration.ofSeconds(15);

  private final FeedResources resources;
  private final RedisSubscriber redis;
  private final ConcurrentMap<TenantId, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(Feed feed, int subscribers, long idleSince) {}

  public FeedRegistry(FeedResources resources, RedisSubscriber redis) {
    this.resources = resources;
    this.redis = redis;
  }

  /**
   * Returns a tenant's feed for one more subscriber, who must {@link #release} it.
   *
   * @param head the position after which a new feed begins
   */
  public Feed acquire(TenantId tenant, Position head) {
    return entries
        .compute(
            tenant,
            (id, entry) ->
                entry == null
                    ? new Entry(open(id, head), 1, 0)
                    : new Entry(entry.feed(), entry.subscribers() + 1, 0))
        .feed();
  }

  /** Removes one subscriber from a feed's count. */
  public void release(Feed feed) {
    entries.computeIfPresent(
        feed.tenant(),
        (id, entry) ->
            entry.feed() == feed
                ? new Entry(feed, entry.subscribers() - 1, System.nanoTime())
                : entry);
  }

  /** Returns a tenant's feed if it is open. */
  public Optional<Feed> find(TenantId tenant) {
    return Optional.ofNullable(entries.get(tenant)).map(Entry::feed);
  }

  /** Closes a feed whose frames are no longer valid; the next subscriber opens a new one. */
  public void discard(Feed feed) {
    entries.computeIfPresent(
        feed.tenant(),
        (id, entry) -> {
          if (entry.feed() != feed) {
            return entry;
          }
          feed.close();
          return null;
        });
  }

  private Feed open(TenantId tenant, Position head) {
    var feed = new Feed(tenant, head, resources);
    feed.subscribe(redis, PubSubChannels.tenant(tenant));
    return feed;
  }

  List<Feed> all() {
    return entries.values().stream().map(Entry::feed).toList();
  }

  /** Closes feeds that have had no subscriber for 15 s; trims the others to the budget. */
  void sweep() {
    long now = System.nanoTime();
    for (var tenant : entries.keySet()) {
      entries.computeIfPresent(
          tenant,
          (id, entry) -> {
            if (entry.subscribers() > 0 || now - entry.idleSince() < LINGER.toNanos()) {
              entry.feed().trim();
              return entry;
            }
            entry.feed().close();
            return null;
          });
    }
  }
}
