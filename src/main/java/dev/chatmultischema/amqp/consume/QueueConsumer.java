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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer on a channel of its own.
 *
 * <p>On a channel that is gone, answers to deliveries do nothing: the broker delivers them again,
 * and whoever stores them knows their ids.
 */
public final class QueueConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(QueueConsumer.class);

  /** Is told of deliveries, in their order, and of the end; it must not block. */
  public interface Listener {
    void delivered(Delivery delivery);

    /** No more will be delivered, and nothing can be acknowledged; called once at most. */
    void lost(String reason);
  }

  private final Channel channel;
  private final Runnable released;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private String consumerTag;

  QueueConsumer(Channel channel, Runnable released) {
    this.channel = channel;
    this.released = released;
  }

  void start(String queue, int prefetch, Listener listener) throws IOException {
    channel.basicQos(prefetch);
    consumerTag = channel.basicConsume(queue, false, new Callbacks(listener));
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
        // Nobody has it now: only with the channel does it go back to the queue.
        LOG.error("a delivery was not taken, consumer {} starts anew", tag, e);
        lost("a delivery was not taken: " + e);
        close();
      }
    }

    @Override
    public void handleCancelOk(String tag) {
      cancelled.countDown();
    }

    @Override
    public void handleCancel(String tag) {
      LOG.warn("the broker cancelled consumer {}", tag);
      lost("the broker cancelled the consumer: its queue was deleted or moved");
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
      if (!cause.isHardError() && !cause.isInitiatedByApplication()) {
        LOG.warn("the broker closed the channel of consumer {}: {}", tag, cause.getMessage());
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
    answer(() -> channel.basicAck(tag, multiple));
  }

  /** Gives one delivery back to the queue, to where it was. */
  public void requeue(long tag) {
    answer(() -> channel.basicNack(tag, false, true));
  }

  private interface Answer {
    void send() throws IOException;
  }

  private static void answer(Answer answer) {
    try {
      answer.send();
    } catch (IOException | AlreadyClosedException e) {
      LOG.debug("not answered, the channel is gone: {}", e.getMessage());
    }
  }

  /**
   * Ends deliveries; when it returns, the listener has been told of every one, or the time is over.
   */
  public void cancel(Duration timeout) throws InterruptedException {
    answer(() -> channel.basicCancel(consumerTag));
    if (channel.isOpen() && !cancelled.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("no end of consumer {} within {}", consumerTag, timeout);
    }
  }

  /** Closes the channel; what is unanswered goes back to the queue. */
  public void close() {
    release();
    try {
      channel.abort();
    } catch (IOException e) {
      LOG.debug("channel closed already: {}", e.getMessage());
    }
  }

  private boolean release() {
    if (ended.compareAndSet(false, true)) {
      released.run();
      return true;
    }
    return false;
  }
}
