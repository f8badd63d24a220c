package dev.chatmultischema.bench;

import dev.chatmultischema.support.HttpConnection;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The costs of the service and of its servers. One tenant has one stream, which tells when all is
 * stored; another has many more.
 */
final class ServiceCosts implements CostSubject {

  private static final int BATCH_CONNECTIONS = 4;
  private static final int STREAMS = 100;
  private static final int BURSTS = 10;
  private static final int BURST_BATCHES = 2;

  private final String name;
  private final Servers servers;
  private final ChatStreams chat;
  private final HttpConnection connection;
  private final Arrivals arrivals;
  private final StreamedTenant quiet;
  private final StreamedTenant crowded;
  private long posted;

  /** A tenant with a number of streams. */
  private record StreamedTenant(Tenancy tenancy, Listeners listeners, int streams) {

    static StreamedTenant open(ChatStreams chat, int streams) throws IOException {
      var own = new ChatStreams(chat.service(), Tenancy.create(chat.service()));
      var listeners = own.listen();
      listeners.open(streams);
      return new StreamedTenant(own.tenancy(), listeners, streams);
    }

    /** Posts batches, and waits for all deliveries. */
    void burst() throws IOException {
      listeners.expect(BURST_BATCHES * Posts.BATCH * streams);
      try (var publisher = tenancy.connect()) {
        for (int batch = 0; batch < BURST_BATCHES; batch++) {
          Posts.batch(publisher);
        }
      }
      listeners.awaitAll();
    }
  }

  ServiceCosts(Deployment deployment) throws Exception {
    name = deployment.name();
    servers = Servers.of(deployment);
    chat = ChatStreams.start(deployment);
    connection = chat.connect();
    arrivals = new Arrivals(connection.stream("/messages/stream"), number -> {});
    arrivals.awaitReady();
    quiet = StreamedTenant.open(chat, 1);
    crowded = StreamedTenant.open(chat, 1 + STREAMS);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long pid() {
    return chat.service().pid();
  }

  @Override
  public Set<Work> works() {
    return EnumSet.allOf(Work.class);
  }

  Tenancy tenancy() {
    return chat.tenancy();
  }

  @Override
  public Usage cost(Work work, long nanos) throws Exception {
    return switch (work) {
      case BATCH -> batches(nanos);
      case DELIVERY ->
          bursts(crowded)
              .minus(bursts(quiet))
              .dividedBy(BURSTS * BURST_BATCHES * Posts.BATCH * STREAMS);
      default -> requests(work, nanos);
    };
  }

  private Usage requests(Work work, long nanos) throws IOException {
    var service = chat.service();
    int port = work == Work.PING ? service.adminPort() : service.uri().getPort();
    var request = LoadRequest.of(work, tenancy().headers());
    try (var load = new Load(port, request, Load.CONNECTIONS)) {
      var before = usage();
      int count = load.run(nanos, Load.Observer.NONE);
      if (work == Work.POST) {
        awaitStreamed(count);
      }
      return usage().minus(before).dividedBy(count);
    }
  }

  private Usage batches(long nanos) throws Exception {
    var count = new AtomicLong();
    var before = usage();
    long end = System.nanoTime() + nanos;
    Posts.inParallel(
        Collections.nCopies(
            BATCH_CONNECTIONS,
            Posts.posting(
                tenancy(),
                publisher -> {
                  while (System.nanoTime() < end) {
                    Posts.batch(publisher);
                    count.addAndGet(Posts.BATCH);
                  }
                })));
    awaitStreamed(count.get());
    return usage().minus(before).dividedBy(count.get());
  }

  private void awaitStreamed(long count) {
    posted += count;
    arrivals.awaitCount(posted);
  }

  private Usage bursts(StreamedTenant tenant) throws IOException {
    var before = usage();
    for (int burst = 0; burst < BURSTS; burst++) {
      tenant.burst();
    }
    return usage().minus(before);
  }

  private Usage usage() throws IOException {
    return servers.usage(pid());
  }

  @Override
  public void close() throws IOException {
    quiet.listeners.close();
    crowded.listeners.close();
    arrivals.close();
    connection.close();
    chat.close();
  }
}
