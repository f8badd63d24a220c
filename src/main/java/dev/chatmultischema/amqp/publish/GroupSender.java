package dev.chatmultischema.amqp.publish;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Connection;
import dev.chatmultischema.amqp.connection.Channels;
import dev.chatmultischema.concurrency.LongLivedThread;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the publications of one connection's channels in groups, each with one flush, on a thread
 * of its own: only that thread waits if the broker does not read.
 *
 * <p>The group is what has gathered until the previous group is confirmed, as in Nagle's algorithm
 * (RFC 896): a single publication is sent at once, and groups grow with the load. A group is sent
 * earlier if it has {@value #MAX_GATHERED} messages on a channel, or 5 ms after the previous one,
 * so that a queue whose confirms are slow does not delay the publications of others.
 */
final class GroupSender {

  private static final Logger LOG = LoggerFactory.getLogger(GroupSender.class);

  private static final int MAX_GATHERED = 64;
  private static final long MAX_GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private record Target(Connection connection, List<PublisherChannel> channels) {

    int waitingMessages() {
      int messages = 0;
      for (var channel : channels) {
        messages += channel.waitingMessages();
      }
      return messages;
    }

    boolean hasUnconfirmed() {
      for (var channel : channels) {
        if (channel.hasUnconfirmed()) {
          return true;
        }
      }
      return false;
    }
  }

  private final LongLivedThread sending;
  private final AtomicBoolean isWoken = new AtomicBoolean();
  private volatile Thread thread;
  private volatile boolean isIdle;
  private volatile Target current = new Target(null, List.of());

  /**
   * @param name the name of the thread
   */
  GroupSender(String name) {
    sending = new LongLivedThread(name, this::run);
  }

  void start() {
    sending.start();
  }

  void stop() {
    sending.shutdownNow();
  }

  /** Sends the publications of these channels from now on, in place of those of a lost session. */
  void use(Connection connection, List<PublisherChannel> channels) {
    current = new Target(connection, channels);
    wake();
  }

  /**
   * Reports that a channel has more messages to send.
   *
   * @param all the number of the channel's waiting messages, with the added ones
   */
  void added(int all, int added) {
    boolean full = all >= MAX_GATHERED && all - added < MAX_GATHERED;
    if (isIdle || full || !current.hasUnconfirmed()) {
      wake();
    }
  }

  /** Reports that the broker has confirmed messages of a channel. */
  void confirmed() {
    var channels = current;
    if (!channels.hasUnconfirmed() && channels.waitingMessages() > 0) {
      wake();
    }
  }

  private void wake() {
    if (!isWoken.getAndSet(true)) {
      LockSupport.unpark(thread);
    }
  }

  private void run() throws InterruptedException {
    thread = Thread.currentThread();
    long lastSent = System.nanoTime();
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      isWoken.set(false);
      long idle = System.nanoTime() - lastSent;
      int waiting = current.waitingMessages();
      if (waiting > 0
          && (waiting >= MAX_GATHERED || idle >= MAX_GATHER_NANOS || !current.hasUnconfirmed())) {
        send(current);
        lastSent = System.nanoTime();
        idle = 0;
      }
      pause(idle);
    }
  }

  private void pause(long idle) {
    if (idle < MAX_GATHER_NANOS && current.hasUnconfirmed()) {
      LockSupport.parkNanos(this, MAX_GATHER_NANOS - idle);
      return;
    }
    // The next publication is due at once, and wakes this thread.
    isIdle = true;
    if (current.waitingMessages() == 0) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, MAX_GATHER_NANOS);
    }
    isIdle = false;
  }

  private static void send(Target group) {
    try {
      Channels.inOneFlush(
          group.connection,
          () -> {
            for (var channel : group.channels) {
              channel.sendWaiting();
            }
          });
      for (var channel : group.channels) {
        channel.closeIfMiscounted();
      }
    } catch (IOException | AlreadyClosedException e) {
      // The loss of the channel or connection, which is noticed and logged apart, fails the rest.
      LOG.debug("could not send a group of messages", e);
    }
  }
}
