package dev.chatmultischema.amqp.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.message.BrokerUnavailable;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjLongConsumer;

/**
 * One channel in confirm mode, with a bounded number of messages on their way.
 *
 * <p>The publication of each message stands in a ring under the message's sequence number. A slot
 * is filled by the publisher, who holds the lock, before the message is sent, and emptied by the
 * connection's reader, which never blocks here. Room is given back when the broker answers or the
 * channel closes, and not when somebody stops waiting: so what is outstanding stays bounded.
 */
final class PublisherChannel implements ConfirmListener {

  /** Publications in a row that may time out without any confirm before the channel is given up. */
  private static final int MAX_SILENT_TIMEOUTS = 3;

  private final Channel channel;
  private final long generation;
  private final int maxOutstanding;
  private final AtomicReferenceArray<Publication> ring;
  private final Semaphore room;
  private final ReentrantLock sending = new ReentrantLock();
  private final AtomicInteger silentTimeouts = new AtomicInteger();

  /** The highest sequence number in the ring; written under the lock. */
  private volatile long newest;

  /** The lowest sequence number that is not answered; written by the connection's reader. */
  private volatile long oldest = 1;

  PublisherChannel(Channel channel, long generation, int maxOutstanding) throws IOException {
    this.channel = channel;
    this.generation = generation;
    this.maxOutstanding = maxOutstanding;
    this.ring = new AtomicReferenceArray<>(Integer.highestOneBit(maxOutstanding * 2 - 1));
    this.room = new Semaphore(maxOutstanding);
    channel.addConfirmListener(this);
    channel.addReturnListener(
        (code, text, exchange, routingKey, properties, body) -> markReturned(properties));
    channel.addShutdownListener(this::failAll);
    channel.confirmSelect();
  }

  /**
   * Sends messages in their order and waits until the broker has answered for every one.
   *
   * @return the publication, with those in it that no queue took
   * @throws BrokerUnavailable if the channel closes or the deadline passes
   */
  Publication publish(Publication publication, long deadline) {
    try {
      send(publication, deadline);
      if (!publication.await(deadline - System.nanoTime())) {
        silentTimeouts.incrementAndGet();
        throw unavailable("no confirm in time", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted", e);
    } catch (IOException | AlreadyClosedException e) {
      throw unavailable("not sent: " + e.getMessage(), e);
    }
    if (publication.failure() != null) {
      throw unavailable(publication.failure(), null);
    }
    return publication;
  }

  private void send(Publication publication, long deadline)
      throws InterruptedException, IOException {
    int messages = publication.messages().size();
    if (!room.tryAcquire(messages, deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw unavailable("no room for " + messages, null);
    }
    int sent = 0;
    try {
      if (!sending.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw unavailable("others are sending", null);
      }
      try {
        publication.numberFrom(channel.getNextPublishSeqNo());
        for (var message : publication.messages()) {
          occupy(channel.getNextPublishSeqNo(), publication);
          sent++;
          transmit(message);
        }
      } finally {
        sending.unlock();
      }
    } finally {
      room.release(messages - sent);
    }
  }

  private void transmit(OutboundMessage message) throws IOException {
    try {
      channel.basicPublish(
          message.exchange(), message.routingKey(), true, message.properties(), message.body());
    } catch (AlreadyClosedException e) {
      throw e;
    } catch (RuntimeException e) {
      // It has a number that the broker never counted: from here on every confirm would be taken
      // for
      // that of another message.
      channel.abort();
      throw unavailable("a message that cannot be sent: " + e.getMessage(), e);
    }
  }

  private void occupy(long number, Publication publication) {
    // Where one message stays unconfirmed, a confirm of many must not be taken for that of a later
    // one.
    if (number - oldest >= ring.length()) {
      throw unavailable("message " + oldest + " is not confirmed while later ones are", null);
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
    answered(number, multiple, (publication, n) -> publication.confirm());
  }

  @Override
  public void handleNack(long number, boolean multiple) {
    silentTimeouts.set(0);
    answered(number, multiple, Publication::refuse);
  }

  private void answered(long number, boolean multiple, ObjLongConsumer<Publication> answer) {
    for (long n = multiple ? oldest : number; n <= number; n++) {
      take(n, answer);
    }
    long next = oldest;
    while (next <= newest && ring.get(slot(next)) == null) {
      next++;
    }
    oldest = next;
  }

  private void take(long number, ObjLongConsumer<Publication> answer) {
    var publication = ring.getAndSet(slot(number), null);
    if (publication != null) {
      room.release();
      answer.accept(publication, number);
    }
  }

  private void markReturned(AMQP.BasicProperties properties) {
    Publication previous = null;
    for (int i = 0; i < ring.length(); i++) {
      var publication = ring.get(i);
      if (publication != null && publication != previous) {
        publication.markReturned(properties.getMessageId());
        previous = publication;
      }
    }
  }

  private void failAll(ShutdownSignalException cause) {
    for (int slot = 0; slot < ring.length(); slot++) {
      take(slot, (publication, n) -> publication.fail("the channel closed: " + cause.getMessage()));
    }
  }

  /** Whether the broker takes messages here and never answers. */
  boolean silent() {
    return silentTimeouts.get() >= MAX_SILENT_TIMEOUTS;
  }

  int outstanding() {
    return maxOutstanding - room.availablePermits();
  }

  private BrokerUnavailable unavailable(String what, Throwable cause) {
    return new BrokerUnavailable(
        String.format(
            Locale.ROOT,
            "%s (channel %d of connection generation %d, open=%s, outstanding=%d of %d)",
            what,
            channel.getChannelNumber(),
            generation,
            channel.isOpen(),
            outstanding(),
            maxOutstanding),
        cause);
  }
}
