package dev.chatmultischema.amqp.publish;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.connection.BrokerSession;
import dev.chatmultischema.amqp.connection.RabbitEndpoint;
import dev.chatmultischema.amqp.connection.SupervisedConnection;
import dev.chatmultischema.amqp.topology.MessageTopology;
import dev.chatmultischema.concurrency.DaemonThreads;
import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.concurrency.PeriodicTask;
import dev.chatmultischema.message.BrokerUnavailable;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The connections that this node publishes on: one for small batches and one for large batches,
 * opened and replaced together by the thread {@code rabbitmq-publisher}.
 *
 * <p>A broker processes the messages of one connection in order, so on a shared connection a single
 * message would wait for hundreds of another tenant. The loss of one channel ends both connections:
 * all channels then start with the same generation.
 */
public final class PublisherConnections {

  /** Batches up to this size use the low-latency connection. */
  private static final int MAX_LOW_LATENCY_BATCH = 20;

  private static final Duration REPLACE_INTERVAL = Duration.ofSeconds(10);
  private static final Duration DEADLINE_CHECK_PERIOD = Duration.ofMillis(50);

  private final TopologyCheck check;
  private final int channels;
  private final int maxOutstanding;
  private final Duration confirmTimeout;
  private final SupervisedConnection<OpenChannels> connection;
  private final UnavailableQueues unavailableQueues = new UnavailableQueues();
  private final GroupSender lowLatencySender = new GroupSender("publish-sender");
  private final GroupSender bulkSender = new GroupSender("publish-bulk-sender");
  private final AtomicLong lastReplaced =
      new AtomicLong(System.nanoTime() - 2 * REPLACE_INTERVAL.toNanos());
  private final Executor responses = responses();
  private final LongLivedThread supervisor =
      new LongLivedThread("rabbitmq-publisher", this::supervise);
  private final PeriodicTask deadlines =
      new PeriodicTask(
          "publish-deadlines", DEADLINE_CHECK_PERIOD, DEADLINE_CHECK_PERIOD, this::failExpired);

  /**
   * @param channels the number of channels of each connection
   * @param maxOutstanding the maximum number of unconfirmed messages of each channel
   */
  public PublisherConnections(
      RabbitEndpoint endpoint,
      MessageTopology topology,
      int channels,
      int maxOutstanding,
      Duration confirmTimeout) {
    this.check = new TopologyCheck(topology);
    this.channels = channels;
    this.maxOutstanding = maxOutstanding;
    this.confirmTimeout = confirmTimeout;
    this.connection = new SupervisedConnection<>(endpoint, "publishing", this::open);
  }

  /**
   * Returns the executor that completes publications, so that their dependents delay neither the
   * client's reader threads nor the senders. Its idle threads end, so that it needs no shutdown:
   * publications fail while connections close.
   */
  private static Executor responses() {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    return DaemonThreads.pool("publish-responses-%d", threads, Integer.MAX_VALUE);
  }

  private record OpenChannels(List<PublisherChannel> lowLatency, List<PublisherChannel> bulk) {

    /** All messages of a tenant go through one channel of each connection, in order. */
    PublisherChannel of(TenantId tenant, int messages) {
      var suitable = messages <= MAX_LOW_LATENCY_BATCH ? lowLatency : bulk;
      return suitable.get(Math.floorMod(tenant.hashCode(), suitable.size()));
    }

    Stream<PublisherChannel> all() {
      return Stream.concat(lowLatency.stream(), bulk.stream());
    }

    Optional<String> defect() {
      return all()
          .filter(PublisherChannel::isSilent)
          .findFirst()
          .map(channel -> "the broker accepts messages and does not confirm them");
    }
  }

  public void start() {
    lowLatencySender.start();
    bulkSender.start();
    deadlines.start();
    supervisor.start();
  }

  /** Closes the connections; unsent and unconfirmed messages fail. */
  public void stop() throws InterruptedException {
    supervisor.shutdown();
    // Closed before the interrupt, which would otherwise be logged as the loss of the connection.
    connection.close();
    supervisor.shutdownNow();
    lowLatencySender.stop();
    bulkSender.stop();
    deadlines.stop();
  }

  private void failExpired() {
    long now = System.nanoTime();
    connection.resources().ifPresent(open -> open.all().forEach(each -> each.failExpired(now)));
  }

  private void supervise() throws InterruptedException {
    connection.supervise(OpenChannels::defect);
  }

  private OpenChannels open(BrokerSession session) throws IOException, TimeoutException {
    check.run(session);
    var lowLatency = session.connect("tenant-api publisher");
    var bulk = session.connect("tenant-api bulk publisher");
    var opened = new OpenChannels(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < channels; i++) {
      opened.lowLatency.add(channel(lowLatency, session, lowLatencySender));
      opened.bulk.add(channel(bulk, session, bulkSender));
    }
    unavailableQueues.clear();
    lowLatencySender.use(lowLatency, opened.lowLatency);
    bulkSender.use(bulk, opened.bulk);
    return opened;
  }

  private PublisherChannel channel(Connection on, BrokerSession session, GroupSender sender)
      throws IOException {
    return PublisherChannel.open(on, session, sender, responses, unavailableQueues, maxOutstanding);
  }

  /**
   * Requires that messages can be published.
   *
   * @throws BrokerUnavailable if there is no session, or the broker blocks publishing
   */
  public void requireUsable() {
    var unused = connection.forPublishing();
  }

  /** Returns whether there is a session, or was one in the last five seconds. */
  public boolean isReachable() {
    return connection.isReachable();
  }

  /**
   * Publishes messages on a channel of their own, and waits for the confirms.
   *
   * @return false if the broker returned or refused one of them
   * @throws BrokerUnavailable if there is no connection, or a confirm is missing after the timeout
   */
  boolean publishApart(List<OutboundMessage> messages) {
    return connection.withChannel(
        channel -> {
          var isReturned = new AtomicBoolean();
          channel.addReturnListener(message -> isReturned.set(true));
          channel.confirmSelect();
          for (var message : messages) {
            PublisherChannel.transmit(channel, message);
          }
          return areConfirmed(channel) && !isReturned.get();
        });
  }

  private boolean areConfirmed(Channel channel) {
    try {
      return channel.waitForConfirms(confirmTimeout.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerUnavailable("interrupted while publishing", e);
    } catch (TimeoutException e) {
      throw new BrokerUnavailable("no confirm in time on a channel of its own", e);
    }
  }

  /**
   * Replaces all channels, since one refuses messages that another channel can publish; at most
   * once in ten seconds.
   *
   * <p>A channel of RabbitMQ 3.10 that first publishes to a quorum queue while the queue elects a
   * leader refuses all messages for it, until the lost node is back.
   */
  void replaceStaleChannels() {
    long now = System.nanoTime();
    long last = lastReplaced.get();
    if (now - last > REPLACE_INTERVAL.toNanos() && lastReplaced.compareAndSet(last, now)) {
      connection.replace("a channel refuses messages that another one accepts");
    }
  }

  /** Records that a queue takes messages. */
  void recovered(OutboundMessage message) {
    unavailableQueues.recovered(message);
  }

  /** Records that a queue did not take a message, although it exists. */
  void failed(OutboundMessage message) {
    unavailableQueues.failed(message);
  }

  /**
   * Publishes messages in order; never waits.
   *
   * @return completes with the messages that the broker returned or refused, once it has answered
   *     for every one; fails with {@link BrokerUnavailable} if a confirm is missing after the
   *     timeout or the connection is lost
   * @throws BrokerUnavailable if there is no connection, the broker blocks publishing, the queue
   *     has just failed, or too many messages wait
   */
  CompletableFuture<Rejected> publish(TenantId tenant, List<OutboundMessage> messages) {
    var channel = connection.forPublishing().of(tenant, messages.size());
    unavailableQueues.requireAvailable(messages.get(0));
    var publication = new Publication(messages, System.nanoTime() + confirmTimeout.toNanos());
    channel.add(publication);
    return publication.result();
  }
}
