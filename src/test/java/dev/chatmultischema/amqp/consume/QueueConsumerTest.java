package dev.chatmultischema.amqp.consume;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chatmultischema.amqp.codec.Delivery;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueueConsumerTest {

  private static final ShutdownSignalException LOSS =
      new ShutdownSignalException(true, false, null, null);

  private final List<String> calls = new ArrayList<>();
  private final List<Long> delivered = new ArrayList<>();
  private final List<String> losses = new ArrayList<>();
  private final AtomicInteger releases = new AtomicInteger();
  private boolean open = true;
  private boolean failing;
  private Consumer callbacks;

  private final Channel channel =
      (Channel)
          Proxy.newProxyInstance(
              getClass().getClassLoader(), new Class<?>[] {Channel.class}, this::call);

  private final QueueConsumer consumer = new QueueConsumer(channel, releases::incrementAndGet);

  private Object call(Object proxy, Method method, Object[] arguments) throws IOException {
    if (method.getName().equals("isOpen")) {
      return open;
    }
    calls.add(method.getName() + (arguments == null ? "" : " " + Arrays.toString(arguments)));
    if (!open && !method.getName().equals("abort")) {
      throw new AlreadyClosedException(LOSS);
    }
    switch (method.getName()) {
      case "basicConsume" -> {
        callbacks = (Consumer) arguments[3];
        calls.set(calls.size() - 1, "basicConsume " + arguments[0] + " " + arguments[1]);
        return "tag";
      }
      case "basicCancel" -> callbacks.handleCancelOk("tag");
      case "abort" -> open = false;
      default -> {}
    }
    return null;
  }

  private final class Listener implements QueueConsumer.Listener {
    @Override
    public void delivered(Delivery delivery) {
      if (failing) {
        throw new IllegalStateException("failing");
      }
      delivered.add(delivery.tag());
    }

    @Override
    public void lost(String reason) {
      losses.add(reason);
    }
  }

  @BeforeEach
  void start() throws IOException {
    consumer.start("queue", 20, Map.of(), new Listener());
    assertThat(calls).containsExactly("basicQos [20]", "basicConsume queue false");
    calls.clear();
  }

  private void deliver(long tag) throws IOException {
    callbacks.handleDelivery(
        "tag",
        new Envelope(tag, false, "", "queue"),
        new AMQP.BasicProperties.Builder().build(),
        new byte[0]);
  }

  @Test
  void acknowledgesAndRequeues() throws IOException {
    deliver(1);
    deliver(2);
    assertThat(delivered).containsExactly(1L, 2L);
    consumer.ack(1, true);
    consumer.requeue(2);
    assertThat(calls).containsExactly("basicAck [1, true]", "basicNack [2, false, true]");
  }

  @Test
  void reportsTheLossOnce() throws IOException {
    callbacks.handleCancel("tag");
    callbacks.handleShutdownSignal("tag", LOSS);
    assertThat(losses)
        .containsExactly("the broker cancelled the consumer: its queue was deleted or moved");
    assertThat(releases).hasValue(1);
    assertThat(open).isFalse();
  }

  @Test
  void reportsNoLossAfterClose() {
    consumer.close();
    callbacks.handleShutdownSignal("tag", LOSS);
    assertThat(losses).isEmpty();
    assertThat(releases).hasValue(1);
  }

  /** Only closing the channel requeues a delivery that nothing will acknowledge. */
  @Test
  void closesTheChannelIfTheListenerFails() throws IOException {
    failing = true;
    deliver(1);
    assertThat(open).isFalse();
    assertThat(losses).singleElement().asString().contains("failing");
    assertThat(releases).hasValue(1);
  }

  @Test
  void ignoresAcknowledgementsOnAClosedChannel() {
    open = false;
    consumer.ack(1, false);
    consumer.requeue(2);
    consumer.close();
    assertThat(calls).hasSize(3);
  }

  @Test
  void cancelsWithinTheTimeout() throws InterruptedException {
    consumer.cancel(Duration.ofSeconds(10));
    assertThat(calls).containsExactly("basicCancel [tag]");
    assertThat(losses).isEmpty();
  }
}
