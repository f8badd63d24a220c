package dev.chatmultischema.stream;

import dev.chatmultischema.redis.Channels;
import dev.chatmultischema.redis.RedisSubscriber;
import dev.chatmultischema.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Keeps a feed for each tenant that has subscribers here, and a little longer. */
final class Feeds {

  /** Long enough for a client that reconnects at once to find all where it was. */
  private static final Duration LINGER = Duration.ofSeconds(15);

  private final Sources sources;
  private final RedisSubscriber redis;
  private final List<Pump> pumps;
  private final ConcurrentMap<TenantId, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(Feed feed, int users, long idleSince) {}

  Feeds(Sources sources, RedisSubscriber redis, List<Pump> pumps) {
    this.sources = sources;
    this.redis = redis;
    this.pumps = pumps;
  }

  /** A tenant's feed, for as long as it takes until {@link #release}. */
  Feed acquire(TenantId tenant, long head) {
    return entries
        .compute(
            tenant,
            (id, entry) ->
                entry == null
                    ? new Entry(open(id, head), 1, 0)
                    : new Entry(entry.feed(), entry.users() + 1, 0))
        .feed();
  }

  void release(Feed feed) {
    entries.computeIfPresent(
        feed.tenant(),
        (id, entry) ->
            entry.feed() == feed ? new Entry(feed, entry.users() - 1, System.nanoTime()) : entry);
  }

  /** A tenant's feed, if there is one at present. */
  Optional<Feed> find(TenantId tenant) {
    return Optional.ofNullable(entries.get(tenant)).map(Entry::feed);
  }

  /** Forgets a feed that is wrong; whoever comes gets another. */
  void discard(Feed feed) {
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

  private Feed open(TenantId tenant, long head) {
    var feed = new Feed(tenant, head, sources, pumps.stream().map(Audience::new).toList());
    feed.listen(redis, Channels.tenant(tenant));
    return feed;
  }

  List<Feed> all() {
    return entries.values().stream().map(Entry::feed).toList();
  }

  /** Lets go of feeds that had no subscriber for a while, and of what is held beyond the budget. */
  void sweep() {
    long now = System.nanoTime();
    for (var tenant : entries.keySet()) {
      entries.computeIfPresent(
          tenant,
          (id, entry) -> {
            if (entry.users() > 0 || now - entry.idleSince() < LINGER.toNanos()) {
              entry.feed().log().trim();
              return entry;
            }
            entry.feed().close();
            return null;
          });
    }
  }
}
