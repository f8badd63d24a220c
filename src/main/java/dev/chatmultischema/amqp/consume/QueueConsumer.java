package dev.chatmultischema.amqp.consume;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chatmultischema.amqp.codec.Delivery;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer of one queue, on a channel of its own.
 *
 * <p>Once the channel is closed, acknowledgements have no effect: the broker redelivers the
 * messages, and their ids keep them from being stored twice.
 */
public final class QueueConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(QueueConsumer.class);

  /** Receives deliveries in order, and the loss of the consumer; must not block. */
  public interface Listener {
    void delivered(Delivery delivery);

    /** Reports once, at most, that no deliveries arrive and none can be acknowledged any more. */
    void lost(String reason);
  }

  private interface Method {
    void send() throws IOException;
  }

  private final Channel channel;
  private final Runnable onRelease;
  private final AtomicBoolean isReleased = new AtomicBoolean();
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private String consumerTag;

  /**
   * @param onRelease called once, when the channel is not used any more
   */
  QueueConsumer(Channel channel, Runnable onRelease) {
    this.channel = channel;
    this.onRelease = onRelease;
  }

  void start(String queue, int prefetch, Map<String, Object> arguments, Listener listener)
      throws IOException {
    channel.basicQos(prefetch);
    consumerTag = channel.basicConsume(queue, false, arguments, new Callbacks(listener));
  }

  private final class Callbacks extends DefaultConsumer {
    private final Listener listener;

    Callbacks(Listener listener) {
      super(channel);
      this.listener = listener;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      try {
        listener.delivered(new Delivery(envelope.getDeliveryTag(), properties, body));
      } catch (RuntimeException | Error e) {
        // Only the end of the channel requeues the delivery, since nothing will acknowledge it.
        LOG.error("could not handle a delivery; closing and restarting consumer {}", tag, e);
        lost("could not handle a delivery: " + e);
        close();
      }
    }

    @Override
    public void handleCancelOk(String tag) {
      cancelled.countDown();
    }

    @Override
    public void handleCancel(String tag) {
      LOG.warn("the broker cancelled consumer {}; restarting it", tag);
      lost("the broker cancelled the consumer: its queue was deleted or moved");
      // Otherwise the channel stays open without a user, and its deliveries stay unacknowledged.
      close();
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
      if (!cause.isHardError() && !cause.isInitiatedByApplication()) {
        LOG.warn(
            "the broker closed the channel of consumer {}: {}; restarting it",
            tag,
            cause.getMessage());
      }
      lost(cause.getMessage());
    }

    private void lost(String reason) {
      cancelled.countDown();
      if (release()) {
        listener.lost(reason);
      }
    }
  }

  /** Acknowledges one delivery, or all up to it. */
  public void ack(long tag, boolean multiple) {
    sendIfOpen(() -> channel.basicAck(tag, multiple));
  }

  /** Requeues one delivery at its position in the queue. */
  public void requeue(long tag) {
    sendIfOpen(() -> channel.basicNack(tag, false, true));
  }

  private static void sendIfOpen(Method method) {
    try {
      method.send();
    } catch (IOException | AlreadyClosedException e) {
      LOG.debug("could not send, the channel is closed: {}", e.getMessage());
    }
  }

  /**
   * Cancels the consumer; returns after the listener has received every delivery or the timeout.
   */
  public void cancel(Duration timeout) throws InterruptedException {
    sendIfOpen(() -> channel.basicCancel(consumerTag));
    if (channel.isOpen() && !cancelled.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("the broker did not confirm the cancel of consumer {} in {}", consumerTag, timeout);
    }
  }

  /** Closes the channel; the broker requeues unacknowledged deliveries. */
  public void close() {
    release();
    try {
      channel.abort();
    } catch (IOException e) {
      LOG.debug("the channel of consumer {} is closed already: {}", consumerTag, e.getMessage());
    }
  }

  private boolean release() {
    if (isReleased.compareAndSet(false, true)) {
      onRelease.run();
      return true;
    }
    return false;
  }
}
