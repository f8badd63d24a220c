package dev.chatmultischema.amqp.publish;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.amqp.connection.BrokerSession;
import dev.chatmultischema.amqp.connection.Channels;
import dev.chatmultischema.message.BrokerUnavailable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One channel in confirm mode, with a bounded number of unconfirmed messages and of waiting ones.
 *
 * <p>Any thread adds publications to a queue; the connection's {@link GroupSender} sends them. A
 * message counts as unconfirmed until the broker confirms it or the channel closes, and not only
 * until its publication expires.
 *
 * <p>No method runs the dependents of a publication's future: they run on the given executor.
 */
final class PublisherChannel implements ConfirmListener {

  /** Consecutive publications without any confirm after which the channel counts as silent. */
  private static final int MAX_SILENT_TIMEOUTS = 3;

  /** The bound of waiting messages, as a multiple of that of unconfirmed ones. */
  private static final int MAX_WAITING_FACTOR = 8;

  private final Channel channel;
  private final BrokerSession session;
  private final GroupSender sender;
  private final Executor responses;
  private final UnavailableQueues unavailableQueues;
  private final int maxOutstanding;
  private final UnconfirmedMessages unconfirmed;
  private final Queue<Publication> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingMessages = new AtomicInteger();
  private final AtomicInteger silentTimeouts = new AtomicInteger();

  private volatile String closeReason;

  /** Whether the client has counted a message that the broker has not; used by the sender. */
  private boolean isMiscounted;

  private PublisherChannel(
      Channel channel,
      BrokerSession session,
      GroupSender sender,
      Executor responses,
      UnavailableQueues unavailableQueues,
      int maxOutstanding) {
    this.channel = channel;
    this.session = session;
    this.sender = sender;
    this.responses = responses;
    this.unavailableQueues = unavailableQueues;
    this.maxOutstanding = maxOutstanding;
    this.unconfirmed = new UnconfirmedMessages(maxOutstanding);
  }

  /** Opens a channel whose loss fails its publications and then ends the session. */
  static PublisherChannel open(
      Connection connection,
      BrokerSession session,
      GroupSender sender,
      Executor responses,
      UnavailableQueues unavailableQueues,
      int maxOutstanding)
      throws IOException {
    var channel = Channels.open(connection);
    var publisher =
        new PublisherChannel(
            channel, session, sender, responses, unavailableQueues, maxOutstanding);
    channel.addConfirmListener(publisher);
    channel.addReturnListener(
        (code, text, exchange, routingKey, properties, body) ->
            publisher.returned(exchange, routingKey, properties.getMessageId()));
    channel.addShutdownListener(publisher::closed);
    channel.confirmSelect();
    session.endWith(channel);
    return publisher;
  }

  /**
   * Adds a publication, whose messages are sent in order after those added before; never waits.
   *
   * @throws BrokerUnavailable if too many messages wait
   */
  void add(Publication publication) {
    int messages = publication.messages().size();
    int all = waitingMessages.addAndGet(messages);
    if (messages > maxOutstanding || all > MAX_WAITING_FACTOR * maxOutstanding) {
      waitingMessages.addAndGet(-messages);
      throw unavailable("too many messages wait to send " + messages + " more", null);
    }
    waiting.add(publication);
    if (closeReason != null) {
      failAll(closeReason);
    } else {
      sender.added(all, messages);
    }
  }

  int waitingMessages() {
    return waitingMessages.get();
  }

  boolean hasUnconfirmed() {
    return unconfirmed.count() > 0;
  }

  /** Sends the waiting publications, as many as may be unconfirmed; called by the sender only. */
  void sendWaiting() throws IOException {
    while (!isMiscounted && mayBeSent(waiting.peek())) {
      var publication = poll();
      if (publication != null && !publication.isExpired()) {
        send(publication);
      }
    }
    if (closeReason != null) {
      // The channel may have closed before these messages were added.
      failAll(closeReason);
    }
  }

  private boolean mayBeSent(Publication next) {
    return next != null && unconfirmed.hasRoomFor(next.messages().size());
  }

  private Publication poll() {
    var publication = waiting.poll();
    if (publication != null) {
      waitingMessages.addAndGet(-publication.messages().size());
    }
    return publication;
  }

  private void send(Publication publication) throws IOException {
    publication.numberFrom(channel.getNextPublishSeqNo());
    try {
      for (var message : publication.messages()) {
        unconfirmed.add(channel.getNextPublishSeqNo(), publication);
        transmit(channel, message);
      }
    } catch (IOException | AlreadyClosedException e) {
      fail(List.of(publication), "could not send: " + e.getMessage(), e);
      throw e;
    } catch (RuntimeException e) {
      isMiscounted = true;
      fail(List.of(publication), "a message cannot be encoded: " + e.getMessage(), e);
    }
  }

  static void transmit(Channel channel, OutboundMessage message) throws IOException {
    channel.basicPublish(
        message.exchange(), message.routingKey(), true, message.properties(), message.body());
  }

  /** Closes the channel if every later confirm would be assigned to the wrong message. */
  void closeIfMiscounted() throws IOException {
    if (isMiscounted) {
      channel.abort();
    }
  }

  @Override
  public void handleAck(long number, boolean multiple) {
    settle(number, multiple, true);
  }

  @Override
  public void handleNack(long number, boolean multiple) {
    settle(number, multiple, false);
  }

  private void settle(long number, boolean multiple, boolean accepted) {
    silentTimeouts.set(0);
    var complete = new ArrayList<Publication>();
    unconfirmed.remove(
        number,
        multiple,
        (publication, n) -> {
          if (accepted ? publication.confirm() : publication.refuse(n)) {
            complete.add(publication);
          }
        });
    sender.confirmed();
    if (!complete.isEmpty()) {
      complete.stream()
          .filter(Publication::isAccepted)
          .forEach(publication -> unavailableQueues.recovered(publication.messages().get(0)));
      responses.execute(() -> complete.forEach(Publication::complete));
    }
  }

  /** Handles a basic.return, which carries no sequence number; it precedes the message's ack. */
  private void returned(String exchange, String routingKey, String messageId) {
    for (var publication : unconfirmed.publications()) {
      publication.returned(exchange, routingKey, messageId);
    }
  }

  /** Fails the publications whose deadline has passed; called periodically. */
  void failExpired(long now) {
    var unsent = waiting.stream().filter(publication -> publication.expire(now)).toList();
    unsent.stream()
        .filter(waiting::remove)
        .forEach(publication -> waitingMessages.addAndGet(-publication.messages().size()));
    fail(unsent, "too many unconfirmed messages to send in time", null);
    var unanswered =
        unconfirmed.publications().stream().filter(publication -> publication.expire(now)).toList();
    silentTimeouts.addAndGet(unanswered.size());
    unanswered.forEach(publication -> unavailableQueues.failed(publication.messages().get(0)));
    fail(unanswered, "no confirm in time", null);
  }

  private void closed(ShutdownSignalException cause) {
    closeReason = "the channel closed: " + cause.getMessage();
    failAll(closeReason);
  }

  private void failAll(String reason) {
    var failed = new ArrayList<>(unconfirmed.removeAll());
    for (var next = poll(); next != null; next = poll()) {
      failed.add(next);
    }
    fail(failed, reason, null);
  }

  private void fail(List<Publication> publications, String reason, Throwable cause) {
    if (!publications.isEmpty()) {
      var failure = unavailable(reason, cause);
      responses.execute(() -> publications.forEach(publication -> publication.fail(failure)));
    }
  }

  /** Returns whether the broker accepts messages on the channel and does not confirm them. */
  boolean isSilent() {
    return silentTimeouts.get() >= MAX_SILENT_TIMEOUTS;
  }

  private BrokerUnavailable unavailable(String failure, Throwable cause) {
    return new BrokerUnavailable(
        String.format(
            Locale.ROOT,
            "%s (channel %d, generation %d, unconfirmed %d of %d, waiting %d, open=%s, blocked=%s)",
            failure,
            channel.getChannelNumber(),
            session.generation(),
            unconfirmed.count(),
            maxOutstanding,
            waitingMessages.get(),
            channel.isOpen(),
            session.isBlocked()),
        cause);
  }
}
