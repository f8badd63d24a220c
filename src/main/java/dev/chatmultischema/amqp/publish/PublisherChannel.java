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
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One channel in confirm mode, with a bounded number of unconfirmed messages and of waiting ones.
 *
 * <p>Any thread adds publications to a queue; the connection's {@link GroupSender} sends them. A
 * ring holds the publication of each unconfirmed message at the message's sequence number: the
 * sender fills a slot before it sends the message, and the connection's reader thread clears it. A
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
  private final int maxOutstanding;
  private final AtomicReferenceArray<Publication> ring;
  private final Queue<Publication> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingMessages = new AtomicInteger();
  private final AtomicInteger unconfirmed = new AtomicInteger();
  private final AtomicInteger silentTimeouts = new AtomicInteger();

  /** The highest sequence number in the ring; written by the sender. */
  private volatile long newest;

  /** The lowest unconfirmed sequence number; written by the connection's reader thread. */
  private volatile long oldest = 1;

  private volatile String closeReason;

  /** Whether the client has counted a message that the broker has not; used by the sender. */
  private boolean isMiscounted;

  private PublisherChannel(
      Channel channel,
      BrokerSession session,
      GroupSender sender,
      Executor responses,
      int maxOutstanding) {
    this.channel = channel;
    this.session = session;
    this.sender = sender;
    this.responses = responses;
    this.maxOutstanding = maxOutstanding;
    this.ring = new AtomicReferenceArray<>(Integer.highestOneBit(maxOutstanding * 2 - 1));
  }

  /** Opens a channel whose loss fails its publications and then ends the session. */
  static PublisherChannel open(
      Connection connection,
      BrokerSession session,
      GroupSender sender,
      Executor responses,
      int maxOutstanding)
      throws IOException {
    var channel = Channels.open(connection);
    var publisher = new PublisherChannel(channel, session, sender, responses, maxOutstanding);
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
    return unconfirmed.get() > 0;
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
      // The channel may have closed before the slots of these messages were filled.
      failAll(closeReason);
    }
  }

  private boolean mayBeSent(Publication next) {
    if (next == null) {
      return false;
    }
    int messages = next.messages().size();
    // While one message stays unconfirmed, a confirm of several must not reach a later message that
    // has the slot of an earlier one.
    return unconfirmed.get() + messages <= maxOutstanding
        && newest + messages - oldest < ring.length();
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
        long number = channel.getNextPublishSeqNo();
        unconfirmed.incrementAndGet();
        ring.set(slot(number), publication);
        newest = number;
        transmit(message);
      }
    } catch (IOException | AlreadyClosedException e) {
      fail(List.of(publication), "could not send: " + e.getMessage(), e);
      throw e;
    } catch (RuntimeException e) {
      isMiscounted = true;
      fail(List.of(publication), "a message cannot be encoded: " + e.getMessage(), e);
    }
  }

  private void transmit(OutboundMessage message) throws IOException {
    channel.basicPublish(
        message.exchange(), message.routingKey(), true, message.properties(), message.body());
  }

  /** Closes the channel if every later confirm would be assigned to the wrong message. */
  void closeIfMiscounted() throws IOException {
    if (isMiscounted) {
      channel.abort();
    }
  }

  private int slot(long number) {
    return (int) (number & (ring.length() - 1));
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
    for (long n = multiple ? oldest : number; n <= number; n++) {
      var publication = clearSlot(n);
      if (publication != null && (accepted ? publication.confirm() : publication.refuse(n))) {
        complete.add(publication);
      }
    }
    long next = oldest;
    while (next <= newest && ring.get(slot(next)) == null) {
      next++;
    }
    oldest = next;
    sender.confirmed();
    if (!complete.isEmpty()) {
      responses.execute(() -> complete.forEach(Publication::complete));
    }
  }

  /** Returns the publication whose message had the number, or null if there is none any more. */
  private Publication clearSlot(long number) {
    var publication = ring.getAndSet(slot(number), null);
    if (publication != null) {
      unconfirmed.decrementAndGet();
    }
    return publication;
  }

  /** Handles a basic.return, which carries no sequence number; it precedes the message's ack. */
  private void returned(String exchange, String routingKey, String messageId) {
    Publication previous = null;
    for (long n = oldest; n <= newest; n++) {
      var publication = ring.get(slot(n));
      if (publication != null && publication != previous) {
        publication.returned(exchange, routingKey, messageId);
        previous = publication;
      }
    }
  }

  /** Fails the publications whose deadline has passed; called periodically. */
  void failExpired(long now) {
    var unsent = waiting.stream().filter(publication -> publication.expire(now)).toList();
    unsent.stream()
        .filter(waiting::remove)
        .forEach(publication -> waitingMessages.addAndGet(-publication.messages().size()));
    fail(unsent, "too many unconfirmed messages to send in time", null);
    var unanswered = new ArrayList<Publication>();
    for (long n = oldest; n <= newest; n++) {
      var publication = ring.get(slot(n));
      if (publication != null && publication.expire(now)) {
        unanswered.add(publication);
      }
    }
    silentTimeouts.addAndGet(unanswered.size());
    fail(unanswered, "no confirm in time", null);
  }

  private void closed(ShutdownSignalException cause) {
    closeReason = "the channel closed: " + cause.getMessage();
    failAll(closeReason);
  }

  private void failAll(String reason) {
    var failed = new ArrayList<Publication>();
    for (long n = 0; n < ring.length(); n++) {
      var publication = clearSlot(n);
      if (publication != null) {
        failed.add(publication);
      }
    }
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
            unconfirmed.get(),
            maxOutstanding,
            waitingMessages.get(),
            channel.isOpen(),
            session.isBlocked()),
        cause);
  }
}
