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
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjLongConsumer;

/**
 * One channel in confirm mode, with a bounded number of unconfirmed messages.
 *
 * <p>A ring holds the publication of each unconfirmed message at the message's sequence number. The
 * publishing thread fills a slot, under the lock, before it sends the message; the connection's
 * reader thread clears the slot, without ever blocking. A permit is released when the broker
 * confirms or the channel closes, and not when a publisher's timeout passes, so that the number of
 * unconfirmed messages stays bounded.
 */
final class PublisherChannel implements ConfirmListener {

  /** Consecutive publications without any confirm after which the channel counts as silent. */
  private static final int MAX_SILENT_TIMEOUTS = 3;

  private final Channel channel;
  private final BrokerSession session;
  private final int maxOutstanding;
  private final AtomicReferenceArray<Publication> ring;
  private final Semaphore permits;
  private final ReentrantLock sendLock = new ReentrantLock();
  private final AtomicInteger silentTimeouts = new AtomicInteger();

  /** The highest sequence number in the ring; written under the lock. */
  private volatile long newest;

  /** The lowest unconfirmed sequence number; written by the connection's reader thread. */
  private volatile long oldest = 1;

  private PublisherChannel(Channel channel, BrokerSession session, int maxOutstanding) {
    this.channel = channel;
    this.session = session;
    this.maxOutstanding = maxOutstanding;
    this.ring = new AtomicReferenceArray<>(Integer.highestOneBit(maxOutstanding * 2 - 1));
    this.permits = new Semaphore(maxOutstanding);
  }

  /** Opens a channel whose loss fails its publications and then ends the session. */
  static PublisherChannel open(Connection connection, BrokerSession session, int maxOutstanding)
      throws IOException {
    var channel = Channels.open(connection);
    var publisher = new PublisherChannel(channel, session, maxOutstanding);
    channel.addConfirmListener(publisher);
    channel.addReturnListener(
        (code, text, exchange, routingKey, properties, body) ->
            publisher.returned(exchange, routingKey, properties.getMessageId()));
    channel.addShutdownListener(publisher::failAll);
    channel.confirmSelect();
    session.endWith(channel);
    return publisher;
  }

  /**
   * Sends messages in order and waits until the broker has confirmed, refused or returned each.
   *
   * @return the given publication, complete
   * @throws BrokerUnavailable if the channel closes or the timeout passes
   */
  Publication publish(Publication publication, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      send(publication, deadline);
      if (!publication.await(deadline - System.nanoTime())) {
        silentTimeouts.incrementAndGet();
        throw unavailable("no confirm in " + timeout.toMillis() + " ms", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted while publishing", e);
    } catch (IOException | AlreadyClosedException e) {
      throw unavailable("could not send: " + e.getMessage(), e);
    }
    if (publication.failure() != null) {
      throw unavailable(publication.failure(), null);
    }
    return publication;
  }

  private void send(Publication publication, long deadline)
      throws InterruptedException, IOException {
    int messages = publication.messages().size();
    if (!permits.tryAcquire(messages, deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw unavailable("too many unconfirmed messages to send " + messages + " more", null);
    }
    int sent = 0;
    try {
      if (!sendLock.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw unavailable("other publishers hold the channel", null);
      }
      try {
        publication.numberFrom(channel.getNextPublishSeqNo());
        for (var message : publication.messages()) {
          occupySlot(channel.getNextPublishSeqNo(), publication);
          sent++;
          transmit(message);
        }
      } finally {
        sendLock.unlock();
      }
    } finally {
      permits.release(messages - sent);
    }
  }

  private void transmit(OutboundMessage message) throws IOException {
    try {
      channel.basicPublish(
          message.exchange(), message.routingKey(), true, message.properties(), message.body());
    } catch (AlreadyClosedException e) {
      throw e;
    } catch (RuntimeException e) {
      // The client has counted the message and the broker has not: every later confirm would be
      // assigned to the wrong message.
      channel.abort();
      throw unavailable("a message cannot be encoded: " + e.getMessage(), e);
    }
  }

  private void occupySlot(long number, Publication publication) {
    // While one message stays unconfirmed, a confirm of several must not reach a later message that
    // has the slot of an earlier one.
    if (number - oldest >= ring.length()) {
      throw unavailable("message " + oldest + " is unconfirmed while later ones are not", null);
    }
    ring.set(slot(number), publication);
    newest = number;
  }

  private int slot(long number) {
    return (int) (number & (ring.length() - 1));
  }

  @Override
  public void handleAck(long number, boolean multiple) {
    silentTimeouts.set(0);
    settle(number, multiple, (publication, n) -> publication.confirm());
  }

  @Override
  public void handleNack(long number, boolean multiple) {
    silentTimeouts.set(0);
    settle(number, multiple, Publication::refuse);
  }

  private void settle(long number, boolean multiple, ObjLongConsumer<Publication> outcome) {
    for (long n = multiple ? oldest : number; n <= number; n++) {
      clearSlot(n, outcome);
    }
    long next = oldest;
    while (next <= newest && ring.get(slot(next)) == null) {
      next++;
    }
    oldest = next;
  }

  private void clearSlot(long number, ObjLongConsumer<Publication> outcome) {
    var publication = ring.getAndSet(slot(number), null);
    if (publication != null) {
      permits.release();
      outcome.accept(publication, number);
    }
  }

  /** Handles a basic.return, which carries no sequence number; it precedes the message's ack. */
  private void returned(String exchange, String routingKey, String messageId) {
    Publication previous = null;
    for (int i = 0; i < ring.length(); i++) {
      var publication = ring.get(i);
      if (publication != null && publication != previous) {
        publication.returned(exchange, routingKey, messageId);
        previous = publication;
      }
    }
  }

  private void failAll(ShutdownSignalException cause) {
    var reason = "the channel closed: " + cause.getMessage();
    for (int slot = 0; slot < ring.length(); slot++) {
      clearSlot(slot, (publication, n) -> publication.fail(reason));
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
            "%s (channel %d, generation %d, outstanding %d of %d, open=%s, blocked=%s)",
            failure,
            channel.getChannelNumber(),
            session.generation(),
            maxOutstanding - permits.availablePermits(),
            maxOutstanding,
            channel.isOpen(),
            session.isBlocked()),
        cause);
  }
}
